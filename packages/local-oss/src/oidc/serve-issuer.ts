import type { RawRequest } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import { TOKEN_ALGORITHM, type Issuer } from './issuer.ts';

const DISCOVERY = '/.well-known/openid-configuration';
const KEYS = '/.well-known/jwks.json';

/**
 * The issuer's public documents; `undefined` for anything else. Only under the endpoint's own name: elsewhere these are
 * keys of a bucket. In path style they can be none, as no bucket is called `.well-known`.
 */
export async function issuerDocument(request: RawRequest, issuer: Issuer): Promise<Reply | undefined> {
  const url = issuer.url();
  if (request.method !== 'GET' || request.hostname !== new URL(url).hostname) return undefined;
  if (request.rawPath === KEYS) return json(await issuer.keySet());
  if (request.rawPath !== DISCOVERY) return undefined;
  return json({
    issuer: url,
    jwks_uri: `${url}${KEYS}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [TOKEN_ALGORITHM],
    claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp'],
  });
}

function json(document: object): Reply {
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(document) };
}
