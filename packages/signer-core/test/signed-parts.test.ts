import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySigning, type Signing } from './any-signing.ts';
import { FOUR_SIGNERS, signatureOf, type Signer } from './four-signers.ts';

/** Replaces the character at a position, or appends one. */
function change(text: string, position: number): string {
  const chars = Array.from(text);
  const at = position % (chars.length + 1);
  chars[at] = chars[at] === 'q' ? 'r' : 'q';
  return chars.join('');
}

type Change = (signing: Signing, position: number) => Signing;
const inRequest =
  (changed: (request: Signing['request'], at: number) => Partial<Signing['request']>): Change =>
  (signing, at) => ({ ...signing, request: { ...signing.request, ...changed(signing.request, at) } });
const inCredentials =
  (changed: (credentials: Signing['credentials'], at: number) => Partial<Signing['credentials']>): Change =>
  (signing, at) => ({ ...signing, credentials: { ...signing.credentials, ...changed(signing.credentials, at) } });
const inOptions =
  (changed: (options: Signing['options']) => Partial<Signing['options']>): Change =>
  (signing) => ({ ...signing, options: { ...signing.options, ...changed(signing.options) } });

const always: Readonly<Record<string, Change>> = {
  method: inRequest(({ method }, at) => ({ method: change(method, at) })),
  bucket: inRequest(({ bucket }, at) => ({ bucket: change(bucket, at) })),
  key: inRequest(({ key }, at) => ({ key: change(key, at) })),
  secret: inCredentials(({ accessKeySecret }, at) => ({ accessKeySecret: change(accessKeySecret, at) })),
  token: inCredentials(({ securityToken }, at) => ({ securityToken: change(securityToken, at) })),
  'signing second': inOptions(({ date }) => ({ date: new Date(date.getTime() + 1000) })),
};
const inUrls: Readonly<Record<string, Change>> = {
  expiry: inOptions(({ expiresInSeconds }) => ({ expiresInSeconds: expiresInSeconds + 1 })),
};
const inV4: Readonly<Record<string, Change>> = {
  region: inRequest(({ endpoint }, at) => ({ endpoint: { ...endpoint, region: change(endpoint.region ?? '', at) } })),
  product: inRequest(({ endpoint }) => ({ endpoint: { ...endpoint, product: 'oss-cloudbox' } })),
  'signing day': inOptions(({ date }) => ({ date: new Date(date.getTime() + 86_400_000) })),
};

const signatureBy = (signer: Signer, { request, credentials, options }: Signing): string =>
  signatureOf(signer.sign(request, credentials, options));

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('%s', (_name, signer) => {
  const changes = { ...always, ...(signer.inUrl ? inUrls : {}), ...(signer.version === 'v4' ? inV4 : {}) };

  it.each(Object.entries(changes))('signs each character of the %s', (_part, changed) => {
    fc.assert(
      fc.property(anySigning, fc.nat(), (signing, position) => {
        expect(signatureBy(signer, changed(signing, position))).not.toBe(signatureBy(signer, signing));
      }),
    );
  });

  it.each(['query', 'headers'] as const)('signs each name and each value of the %s that OSS signs', (part) => {
    fc.assert(
      fc.property(anySigning, fc.nat(), (signing, position) => {
        const before = signatureBy(signer, signing);
        for (const [name, value] of Object.entries(signing.request[part] ?? {})) {
          const { [name]: _removed, ...others } = signing.request[part] ?? {};
          const renamed = `${name.slice(0, -1)}q`;
          const changed = { ...others, [name]: change(value ?? '', position) };
          for (const altered of [others, changed, { ...others, [renamed]: value }]) {
            const other = { ...signing, request: { ...signing.request, [part]: altered } };
            expect(signatureBy(signer, other)).not.toBe(before);
          }
        }
      }),
    );
  });

  it('signs one thing whatever the order of query and headers', () => {
    fc.assert(
      fc.property(anySigning, fc.nat(), (signing, turn) => {
        const turned = <T>(record: Readonly<Record<string, T>> = {}): Record<string, T> => {
          const entries = Object.entries(record).reverse();
          const cut = turn % (entries.length + 1);
          return Object.fromEntries([...entries.slice(cut), ...entries.slice(0, cut)]);
        };
        const { query, headers } = signing.request;
        const request = { ...signing.request, query: turned(query), headers: turned(headers) };
        expect(signatureBy(signer, { ...signing, request })).toBe(signatureBy(signer, signing));
      }),
    );
  });

  it('drops fractions of a second from the date', () => {
    fc.assert(
      fc.property(anySigning, fc.nat(999), (signing, ms) => {
        const date = new Date(Math.floor(signing.options.date.getTime() / 1000) * 1000);
        const whole = { ...signing, options: { ...signing.options, date } };
        const broken = { ...signing, options: { ...signing.options, date: new Date(date.getTime() + ms) } };
        expect(signatureBy(signer, broken)).toBe(signatureBy(signer, whole));
      }),
    );
  });
});
