import { defined } from '@ossgrant/credentials-core/internal';
import { exitCodeOf, messageOf } from '../../../failure/describe-failure.ts';
import { safeJson } from '../../../output/format.ts';
import type { FailedLink, SignedLink, LinkFormat } from './format.ts';

/** One JSON object, written piece by piece as links arrive: `schema/sign.json`. */
export function json(): LinkFormat {
  const failures: unknown[] = [];
  let separator = '\n';
  return {
    open: '{"links":[',
    link(link) {
      const text = `${separator}${safeJson(linkFields(link))}`;
      separator = ',\n';
      return text;
    },
    failure(failure) {
      failures.push(failureFields(failure));
      return '';
    },
    close: (warnings) => `\n],"failures":${safeJson(failures)},"warnings":${safeJson(warnings)}}\n`,
  };
}

/** One line per link or failure; of a manifest, the links with size and CRC-64. */
export function ndjson(): LinkFormat {
  return {
    link: (link) => `${safeJson(linkFields(link))}\n`,
    failure: (failure) => `${safeJson(failureFields(failure))}\n`,
  };
}

function linkFields({ bucket, key, link, facts }: SignedLink): unknown {
  return {
    bucket,
    key,
    method: link.method,
    url: link.url,
    ...defined({ headUrl: link.headUrl }),
    headers: link.signedHeaders,
    expiresAt: link.expiration.toISOString(),
    requestedExpiresAt: link.requestedExpiration.toISOString(),
    limitedBy: link.limitedBy,
    ...facts,
  };
}

function failureFields({ bucket, key, error }: FailedLink): unknown {
  const { code } = error as { readonly code?: unknown };
  return {
    bucket,
    key,
    error: { ...(typeof code === 'string' ? { code } : {}), message: messageOf(error), exitCode: exitCodeOf(error) },
  };
}

/** Links only, a HEAD twin after its link. */
export function urls(end: '\n' | '\0'): LinkFormat {
  return {
    link: ({ link }) =>
      [link.url, ...(link.headUrl === undefined ? [] : [link.headUrl])].map((url) => url + end).join(''),
  };
}
