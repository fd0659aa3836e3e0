import { invalidArgument } from '../failure.ts';
import type { ObjectInfo } from '../store/object-store.ts';
import type { Callback } from './parse-callback.ts';

/** What a callback may tell of. */
export interface CallbackFacts {
  readonly bucket: string;
  readonly stored: ObjectInfo;
}

type Value = string | number;

// No image is looked into, so what is said of one is empty, as for every object that is none.
const SYSTEM: Readonly<Record<string, (facts: CallbackFacts) => Value>> = {
  bucket: ({ bucket }) => bucket,
  object: ({ stored }) => stored.key,
  etag: ({ stored }) => stored.etag.replaceAll('"', ''),
  size: ({ stored }) => stored.size,
  mimeType: ({ stored }) => stored.headers.get('content-type') ?? 'application/octet-stream',
  'imageInfo.height': () => '',
  'imageInfo.width': () => '',
  'imageInfo.format': () => '',
};

const VARIABLE = /\$\{([^{}]*)\}/g;

/** @throws Failure 400 InvalidArgument for a variable that there is not */
export function assertVariables(body: string): void {
  for (const [, name = ''] of body.matchAll(VARIABLE)) {
    if (!name.startsWith('x:') && !Object.hasOwn(SYSTEM, name)) {
      throw invalidArgument('The callbackBody has a variable that is not known.', undefined, { ArgumentValue: name });
    }
  }
}

/** Puts values into a callback's body: percent-encoded in a form, as JSON in JSON. */
export function fillBody({ body, bodyType, variables }: Callback, facts: CallbackFacts): string {
  const write = (value: Value): string =>
    bodyType === 'application/json' ? JSON.stringify(value) : encodeURIComponent(value);
  return body.replace(VARIABLE, (_, name: string) => {
    const system = Object.hasOwn(SYSTEM, name) ? SYSTEM[name] : undefined;
    return write(system === undefined ? (variables.get(name) ?? '') : system(facts));
  });
}
