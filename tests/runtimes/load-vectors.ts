import { readdirSync, readFileSync } from 'node:fs';

interface Stored {
  readonly name: string;
  readonly scheme: string;
  readonly input: { readonly query?: Readonly<Record<string, string | number | null>> };
  readonly expected: Expected;
  readonly expectedByMajority?: Expected;
  readonly expectVerifyFail?: boolean;
}

interface Expected {
  readonly signature?: string;
  readonly authorization?: string;
}

const DIRECTORY = new URL('../../packages/signer-core/test/vectors/', import.meta.url);

/** The vectors of the four schemes that can be reproduced, with the signature that each shall have. */
export function loadVectors(): readonly object[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.json') && file !== 'sts.json')
    .flatMap((file) => {
      const stored = JSON.parse(readFileSync(new URL(file, DIRECTORY), 'utf8')) as Stored[];
      return stored
        .filter(({ scheme, expectVerifyFail }) => /^v[14]-(header|url)$/.test(scheme) && expectVerifyFail !== true)
        .map(({ name, scheme, input, expected, expectedByMajority }) => ({
          id: `${file}: ${name}`,
          scheme,
          input: { ...input, query: asTexts(input.query ?? {}) },
          signature: signatureIn(expectedByMajority ?? expected),
        }));
    });
}

function asTexts(query: Readonly<Record<string, string | number | null>>): Record<string, string | null> {
  const texts = Object.entries(query).map(([name, value]) => [name, value === null ? null : String(value)] as const);
  return Object.fromEntries(texts);
}

function signatureIn({ signature, authorization }: Expected): string {
  if (signature !== undefined) return signature;
  return /(?:Signature=|^OSS [^:]*:)(.+)$/.exec(authorization ?? '')?.[1] ?? '';
}
