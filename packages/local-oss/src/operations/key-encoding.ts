import { invalidArgument } from '../failure.ts';

/** How keys are written in an answer: XML cannot hold every character. */
export interface KeyEncoding {
  /** What the answer says of it. */
  readonly type: 'url' | undefined;
  readonly encode: (text: string) => string;
}

/** @throws Failure 400 InvalidArgument for an `encoding-type` that there is not */
export function keyEncoding(type: string | undefined): KeyEncoding {
  if (type === undefined || type === '') return { type: undefined, encode: (text) => text };
  if (type.toLowerCase() !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request.');
  return { type: 'url', encode: encodeURIComponent };
}
