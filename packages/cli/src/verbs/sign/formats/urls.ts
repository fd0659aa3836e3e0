import type { LinkFormat } from './format.ts';

/** Links alone, a HEAD twin after its link. */
export function urls(end: '\n' | '\0'): LinkFormat {
  return {
    link: ({ link }) =>
      [link.url, ...(link.headUrl === undefined ? [] : [link.headUrl])].map((url) => url + end).join(''),
  };
}
