import { readdirSync, readFileSync } from 'node:fs';

/** The request of a vector. `query` values are text here: some files write numbers. */
export interface VectorInput {
  readonly ak: string;
  readonly sk: string;
  readonly token: string | null;
  readonly method: string;
  readonly bucket: string | null;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | null>>;
  readonly region?: string;
  readonly product?: 'oss' | 'oss-cloudbox';
  readonly endpoint?: string;
  readonly additionalHeaders?: readonly string[];
  /** Header signing: line 4 of V1, `x-oss-date` of V4. */
  readonly date?: string;
  /** Unix seconds. */
  readonly now?: number;
  /** V1: Unix seconds. V4: seconds from `now`. */
  readonly expires?: number;
  readonly expiresIn?: number;
  /** The source gives the canonicalized resource itself. */
  readonly rawResource?: string;
  /** `Date`: the sender puts the V4 stamp into `Date`, unsigned, and sends no `x-oss-date`. */
  readonly dateHeaderMode?: string;
}

export interface VectorExpectation {
  readonly canonicalRequest?: string;
  readonly stringToSign?: string;
  readonly signature?: string;
  readonly authorization?: string;
  readonly url?: string;
  readonly [name: `x-oss-${string}`]: string | null;
}

export interface Vector {
  /** File and name: unique. */
  readonly id: string;
  readonly name: string;
  readonly scheme: string;
  readonly source: string;
  readonly input: VectorInput;
  /** For a divergent vector, what the majority of SDKs sign; `url` stays the source's own. */
  readonly expected: VectorExpectation;
}

interface StoredVector extends Omit<Vector, 'id' | 'input'> {
  readonly input: Omit<VectorInput, 'query'> & { readonly query?: Readonly<Record<string, string | number | null>> };
  readonly expectedByMajority?: VectorExpectation;
  readonly expectVerifyFail?: boolean;
}

const directory = new URL('./vectors/', import.meta.url);

/** Parses one file of the vector directory. */
export function readVectorFile(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
}

/** Every vector of a scheme from every file, those that nobody can reproduce included. */
export function countStored(scheme: string): number {
  return stored().filter(({ vector }) => vector.scheme === scheme).length;
}

/** The vectors of a scheme that can be reproduced. */
export function loadVectors(scheme: string): readonly Vector[] {
  return stored()
    .filter(({ vector }) => vector.scheme === scheme && vector.expectVerifyFail !== true)
    .map(({ file, vector }) => ({
      id: `${file.replace('.json', '')}: ${vector.name}`,
      name: vector.name,
      scheme,
      source: vector.source,
      input: { ...vector.input, query: textValues(vector.input.query ?? {}) },
      expected: { ...vector.expected, ...vector.expectedByMajority },
    }));
}

function stored(): readonly { readonly file: string; readonly vector: StoredVector }[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json') && file !== 'sts.json')
    .sort()
    .flatMap((file) => (readVectorFile(file) as readonly StoredVector[]).map((vector) => ({ file, vector })));
}

function textValues(query: Readonly<Record<string, string | number | null>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
}
