// Recomputes vectors with signer-core as this runtime loads it. Plain JavaScript: pages, Bun and Deno run it as it is.
import * as steps from '@ossgrant/signer-core/steps';

/**
 * @typedef {object} Input
 * @property {string} ak
 * @property {string} sk
 * @property {string | null} token
 * @property {string} method
 * @property {string | null} bucket
 * @property {string | null} key
 * @property {Record<string, string>} headers
 * @property {Record<string, string | null>} query
 * @property {string} [region]
 * @property {string} [product]
 * @property {string[]} [additionalHeaders]
 * @property {string} [date]
 * @property {number} [expires]
 * @property {string} [dateHeaderMode]
 *
 * @typedef {{ id: string, scheme: string, input: Input, signature: string }} Vector
 */

/**
 * @param {Vector[]} vectors
 * @returns {{ passed: number, failed: string[] }}
 */
export function runVectors(vectors) {
  const failed = vectors.filter((vector) => recompute(vector) !== vector.signature).map(({ id }) => id);
  return { passed: vectors.length - failed.length, failed };
}

/** @param {Vector} vector */
function recompute({ scheme, input }) {
  return scheme.startsWith('v1') ? recomputeV1(scheme, input) : recomputeV4(scheme, input);
}

/**
 * @param {string} scheme
 * @param {Input} input
 */
function recomputeV1(scheme, input) {
  const inUrl = scheme === 'v1-url';
  const query = { ...input.query, ...(inUrl && input.token !== null && { 'security-token': input.token }) };
  const stringToSign = steps.stringToSignV1({
    method: input.method,
    headers: steps.toHeaderMap(input.headers),
    dateLine: inUrl ? String(input.expires) : (input.date ?? ''),
    resource: steps.canonicalResourceV1({
      bucket: input.bucket ?? undefined,
      key: input.key ?? undefined,
      query: Object.entries(query),
    }),
  });
  return steps.signatureV1(input.sk, stringToSign);
}

/**
 * @param {string} scheme
 * @param {Input} input
 */
function recomputeV4(scheme, input) {
  const { date: timestamp = '', region = '', product = 'oss' } = input;
  const scope = { day: timestamp.slice(0, 8), region, product };
  const headers = steps.toHeaderMap(input.headers);
  if (scheme === 'v4-header') {
    headers.set('x-oss-content-sha256', steps.UNSIGNED_PAYLOAD);
    if (input.dateHeaderMode !== 'Date') headers.set('x-oss-date', timestamp);
    if (input.token !== null) headers.set('x-oss-security-token', input.token);
  }
  const additionalHeaders = steps.additionalHeaderNamesV4(input.additionalHeaders ?? [], headers);
  const own = {
    'x-oss-signature-version': steps.ALGORITHM_V4,
    'x-oss-credential': `${input.ak}/${steps.scopeTextV4(scope)}`,
    'x-oss-date': timestamp,
    'x-oss-expires': String(input.expires),
    ...(additionalHeaders.length > 0 && { 'x-oss-additional-headers': additionalHeaders.join(';') }),
    ...(input.token !== null && { 'x-oss-security-token': input.token }),
  };
  const query = { ...input.query, ...(scheme === 'v4-url' && own) };
  const canonicalRequest = steps.canonicalRequestV4({
    method: input.method,
    uri: steps.canonicalUriV4(input.bucket ?? undefined, input.key ?? undefined),
    query: steps.canonicalQueryV4(Object.entries(query)),
    headers: steps.canonicalHeadersV4(headers, additionalHeaders),
    additionalHeaders,
  });
  const stringToSign = steps.stringToSignV4({ timestamp, scope: steps.scopeTextV4(scope), canonicalRequest });
  return steps.signatureV4(steps.signingKeyV4(input.sk, scope), stringToSign);
}
