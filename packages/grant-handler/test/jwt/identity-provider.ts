import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { createJwtTokens, type JwtOptions, type JwtRefusal, subjectFromClaims } from '../../src/jwt/index.ts';
import { testClock } from '../kit.ts';

export const ISSUER = 'https://id.example.com/realms/staff';
export const AUDIENCE = 'ossgrant';

/** A key pair of an issuer. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** Makes a key pair. Elliptic keys are made in a millisecond; RSA keys take longer. */
export async function signingKey(kid: string, algorithm = 'ES256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { kid, algorithm, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' } };
}

/** A server that publishes keys and counts who asks for them. */
export interface IdentityProvider {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** The published keys; a test that rotates changes them. */
  keys: readonly JWK[];
  /** Replaces the answer. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  close(): Promise<void>;
}

/** Starts it on a loopback address. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const server = createServer((request, response) => {
    provider.asked.push(request.url ?? '');
    if (provider.answer !== undefined) provider.answer(request, response);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: provider.keys }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const provider: IdentityProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    asked: [],
    keys: [],
    answer: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

/** What a test may change of a good token. */
export interface TokenChanges {
  readonly claims?: JWTPayload;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** Signs tokens of one issuer, and verifies them. */
export interface JwtStand {
  readonly clock: ReturnType<typeof testClock>;
  readonly refused: JwtRefusal[];
  sign(key: SigningKey, changes?: TokenChanges): Promise<string>;
  /** @returns the subject's id, or undefined */
  verify(token: string): Promise<string | undefined>;
}

/** Makes a verifier with its own cache and clock. */
export function openJwtStand(provider: IdentityProvider, changes: Partial<JwtOptions> = {}): JwtStand {
  const clock = testClock();
  const refused: JwtRefusal[] = [];
  const tokens = createJwtTokens({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUrl: provider.url,
    subjectOf: subjectFromClaims({ roles: [] }),
    onRefused: (reason) => void refused.push(reason),
    clock,
    ...changes,
  });
  return {
    clock,
    refused,
    sign(key, { claims = {}, header = {} } = {}) {
      const now = Math.floor(clock.now() / 1000);
      const good = { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now, nbf: now, exp: now + 300 };
      return new SignJWT({ ...good, ...claims })
        .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: 'JWT', ...header })
        .sign(key.privateKey);
    },
    async verify(token) {
      const headers = { authorization: `Bearer ${token}` };
      return (await tokens.authenticate(new Request('https://files.example.com/v1/shares', { headers })))?.id;
    },
  };
}
