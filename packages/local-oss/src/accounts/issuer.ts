import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import type { MovableClock } from '../clock.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { OssResponse } from '../http/oss-response.ts';

/** Claims of a token from the test issuer. */
export interface IssueTokenOptions {
  /** Subject, such as `system:serviceaccount:default:reader`. */
  readonly subject: string;
  /** @default 'sts.aliyuncs.com', the one client ID of the issuer's provider */
  readonly audience?: string;
  /** Seconds by the server's clock; negative for a token that has expired. @default 3600 */
  readonly expiresIn?: number;
}

/** An OIDC identity provider for tests. */
export interface Issuer {
  /** The `iss` of its tokens: the server's endpoint. */
  url(): string;
  issueToken(options: IssueTokenOptions): Promise<string>;
  /** Public keys, as they are published. */
  keySet(): Promise<JSONWebKeySet>;
  /** The same, for verification. */
  publicKeys(): Promise<JWTVerifyGetKey>;
}

/** The only algorithm of the issuer, and the only one that is accepted. */
export const TOKEN_ALGORITHM = 'RS256';
/** Client ID of the issuer's provider: the audience that Kubernetes on Alibaba Cloud (ACK) writes into its tokens. */
export const CLIENT_ID = 'sts.aliyuncs.com';

/** Makes an issuer; its key is made when it is first needed, and kept in memory only. */
export function createIssuer(url: () => string, clock: MovableClock): Issuer {
  // Loaded here, as most servers issue no token.
  const load = async () => {
    const jose = await import('jose');
    const { publicKey, privateKey } = await jose.generateKeyPair(TOKEN_ALGORITHM);
    const jwk = await jose.exportJWK(publicKey);
    const kid = await jose.calculateJwkThumbprint(jwk);
    return { jose, privateKey, kid, keySet: { keys: [{ ...jwk, kid, use: 'sig', alg: TOKEN_ALGORITHM }] } };
  };
  let loaded: ReturnType<typeof load> | undefined;
  const ready = (): ReturnType<typeof load> => (loaded ??= load());
  return {
    url,
    async issueToken({ subject, audience = CLIENT_ID, expiresIn = 3600 }) {
      const { jose, privateKey, kid } = await ready();
      const now = Math.floor(clock.now().getTime() / 1000);
      return new jose.SignJWT()
        .setProtectedHeader({ alg: TOKEN_ALGORITHM, kid, typ: 'JWT' })
        .setIssuer(url())
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt(Math.min(now, now + expiresIn))
        .setExpirationTime(now + expiresIn)
        .sign(privateKey);
    },
    keySet: async () => (await ready()).keySet,
    async publicKeys() {
      const { jose, keySet } = await ready();
      return jose.createLocalJWKSet(keySet);
    },
  };
}

const DISCOVERY = '/.well-known/openid-configuration';
const KEYS = '/.well-known/jwks.json';

/**
 * The issuer's public documents; `undefined` for anything else. Only under the endpoint's own name: elsewhere these are
 * keys of a bucket. In path style they can be none, as no bucket is called `.well-known`.
 */
export async function issuerDocument(request: RawRequest, issuer: Issuer): Promise<OssResponse | undefined> {
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

function json(document: object): OssResponse {
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(document) };
}
