import { canonicalResourceV1, signatureV1, stringToSignV1 } from '../src/steps/v1.ts';
import {
  additionalHeaderNamesV4,
  ALGORITHM_V4,
  authorizationV4,
  canonicalHeadersV4,
  canonicalQueryV4,
  canonicalRequestV4,
  canonicalUriV4,
  scopeTextV4,
  signatureV4,
  signingKeyV4,
  stringToSignV4,
  UNSIGNED_PAYLOAD,
} from '../src/steps/v4.ts';
import { toHeaderMap } from '../src/text/wire-text.ts';
import type { Vector } from './load-vectors.ts';

/** What the pure steps make of a vector. */
export interface StepTexts {
  readonly canonicalRequest?: string;
  readonly stringToSign: string;
  readonly signature: string;
  readonly authorization?: string;
  /** The query as V4 signs it, decoded. */
  readonly query?: Readonly<Record<string, string | null>>;
}

export function stepsV1(vector: Vector): StepTexts {
  const { input } = vector;
  const inUrl = vector.scheme === 'v1-url';
  // A URL carries the token among the sub-resources, a header request in a header that the vector already holds.
  const query = { ...input.query, ...(inUrl && input.token !== null ? { 'security-token': input.token } : {}) };
  const stringToSign = stringToSignV1({
    method: input.method,
    headers: toHeaderMap(input.headers),
    dateLine: inUrl ? String(input.expires) : (input.date ?? ''),
    resource: canonicalResourceV1({
      bucket: input.bucket ?? undefined,
      key: input.key ?? undefined,
      query: Object.entries(query),
    }),
  });
  const signature = signatureV1(input.sk, stringToSign);
  return { stringToSign, signature, ...(inUrl ? {} : { authorization: `OSS ${input.ak}:${signature}` }) };
}

export function stepsV4(vector: Vector): StepTexts {
  const { input } = vector;
  const { date: timestamp = '', region = '', product = 'oss' } = input;
  const inUrl = vector.scheme === 'v4-url';
  const scope = { day: timestamp.slice(0, 8), region, product };
  const headers = toHeaderMap(input.headers);
  if (!inUrl) addHeadersV4(vector, headers);
  const additionalHeaders = additionalHeaderNamesV4(input.additionalHeaders ?? [], headers);
  const query = inUrl ? { ...input.query, ...urlQueryV4(vector, additionalHeaders) } : input.query;
  const canonicalRequest = canonicalRequestV4({
    method: input.method,
    uri: canonicalUriV4(input.bucket ?? undefined, input.key ?? undefined),
    query: canonicalQueryV4(Object.entries(query)),
    headers: canonicalHeadersV4(headers, additionalHeaders),
    additionalHeaders,
  });
  const stringToSign = stringToSignV4({ timestamp, scope: scopeTextV4(scope), canonicalRequest });
  const signature = signatureV4(signingKeyV4(input.sk, scope), stringToSign);
  const parts = { accessKeyId: input.ak, scope: scopeTextV4(scope), additionalHeaders, signature };
  return {
    canonicalRequest,
    stringToSign,
    signature,
    query,
    ...(inUrl ? {} : { authorization: authorizationV4(parts) }),
  };
}

function addHeadersV4({ input }: Vector, headers: Map<string, string>): void {
  headers.set('x-oss-content-sha256', UNSIGNED_PAYLOAD);
  if (input.dateHeaderMode !== 'Date') headers.set('x-oss-date', input.date ?? '');
  if (input.token !== null) headers.set('x-oss-security-token', input.token);
}

function urlQueryV4({ input }: Vector, additionalHeaders: readonly string[]): Record<string, string> {
  const { date = '', region = '', product = 'oss' } = input;
  return {
    'x-oss-signature-version': ALGORITHM_V4,
    'x-oss-credential': `${input.ak}/${scopeTextV4({ day: date.slice(0, 8), region, product })}`,
    'x-oss-date': date,
    'x-oss-expires': String(input.expires),
    ...(additionalHeaders.length > 0 ? { 'x-oss-additional-headers': additionalHeaders.join(';') } : {}),
    ...(input.token === null ? {} : { 'x-oss-security-token': input.token }),
  };
}
