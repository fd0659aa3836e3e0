import fc from 'fast-check';
import { signHeadersV1, signHeadersV4, signUrlV1, signUrlV4 } from '@ossgrant/signer-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAliOss, hostOf, partsOf, requestOf, sendWithAliOss } from './ali-oss-signing-client.ts';
import { anyInput, anyName, anyUnsignedQuery, sentHeaders, sortsByBytes } from './ali-oss-signing-input.ts';

// Live against npm ali-oss 6.23.0, unmodified. Inputs that ali-oss signs differently are left out here, and shown in
// ali-oss-signing-quirks.test.ts.
const RUNS = { numRuns: Number(process.env['OSSGRANT_RUNS'] ?? 300), seed: 20_261_123 };
const TIMEOUT = 5_000 + 10 * RUNS.numRuns;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const signaturePart = (authorization: string | undefined): string | undefined =>
  authorization?.split(/Signature=|:/).at(-1);

describe('ali-oss 6.23.0 and signer-core agree', () => {
  it(
    'on V1 headers and URL',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyInput('v1'), anyUnsignedQuery, async (signing, unsigned) => {
          vi.setSystemTime(signing.now);
          const sent = await sendWithAliOss(signing, { subres: signing.query, query: unsigned }, false);
          // ali-oss guesses a Content-Type from the key's extension, and signs it.
          const guessed = sent.headers['Content-Type'];
          const own = guessed === undefined ? signing.headers : { ...signing.headers, 'Content-Type': guessed };
          const request = requestOf(signing, { headers: own, query: { ...unsigned, ...signing.query } });
          const signed = signHeadersV1(request, signing.credentials, { date: signing.now });
          expect(signed.headers['authorization']).toBe(sent.headers['authorization']);
          expect(signed.headers['x-oss-date']).toBe(sent.headers['x-oss-date']);
          expect(partsOf(signed.origin + signed.path)).toEqual(partsOf(sent.url));
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    'on V1 URLs',
    () => {
      fc.assert(
        fc.property(anyInput('v1'), (signing) => {
          vi.setSystemTime(signing.now);
          const { query, method, expires } = signing;
          // In options, ali-oss takes headers by these names only; the rest would be left unsigned.
          const signedHeaders = Object.fromEntries(
            Object.entries(signing.headers).filter(([header]) => /^(x-oss-|content-)/i.test(header)),
          );
          const options = { method, expires, subResource: { ...query }, ...signedHeaders };
          const url = createAliOss(signing).signatureUrl(signing.key, options);
          const signed = signUrlV1(requestOf(signing, { headers: signedHeaders }), signing.credentials, {
            date: signing.now,
            expiresInSeconds: expires,
          });
          expect(partsOf(signed.origin + signed.path)).toEqual(partsOf(url));
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    'on V4 headers and URL',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          anyInput('v4').filter(({ query }) => sortsByBytes(query)),
          async (signing) => {
            vi.setSystemTime(signing.now);
            const additionalHeaders = sentHeaders(signing);
            const sent = await sendWithAliOss(signing, { query: signing.query, additionalHeaders }, true);
            const guessed = sent.headers['Content-Type'];
            const own = guessed === undefined ? signing.headers : { ...signing.headers, 'Content-Type': guessed };
            const signed = signHeadersV4(requestOf(signing, { headers: own }), signing.credentials, {
              date: signing.now,
            });
            expect(signed.headers['authorization']).toBe(sent.headers['authorization']);
            expect(partsOf(signed.origin + signed.path)).toEqual(partsOf(sent.url));
          },
        ),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    'on V4 URLs, with the host signed or not, in regions and in cloud boxes',
    async () => {
      const cases = fc.tuple(anyInput('v4'), fc.boolean(), fc.option(anyName, { nil: undefined }));
      await fc.assert(
        fc.asyncProperty(
          cases.filter(([{ query }]) => sortsByBytes(query)),
          async ([base, withHost, cloudBoxId]) => {
            const signing = { ...base, ...(cloudBoxId === undefined ? {} : { cloudBoxId }) };
            vi.setSystemTime(signing.now);
            const { method, expires, query, bucket, addressing } = signing;
            const Host = addressing === 'virtual-host' ? `${bucket}.${hostOf(signing)}` : hostOf(signing);
            const sent = withHost ? { ...signing.headers, Host } : signing.headers;
            const additional = [...sentHeaders(signing), ...(withHost ? ['Host'] : [])];
            const url = await createAliOss(signing).signatureUrlV4(
              method,
              expires,
              { headers: sent, queries: query },
              signing.key,
              additional,
            );
            // Our signer knows the host.
            const request = requestOf(signing, {
              additionalHeaders: [...signing.additionalHeaders, ...(withHost ? ['Host'] : [])],
            });
            const signed = signUrlV4(request, signing.credentials, { date: signing.now, expiresInSeconds: expires });
            expect(partsOf(signed.origin + signed.path)).toEqual(partsOf(url));
          },
        ),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it('is not an empty claim: a signature of another key differs', async () => {
    const [signing] = fc.sample(
      anyInput('v4').filter(({ query }) => sortsByBytes(query)),
      { numRuns: 1, seed: RUNS.seed },
    );
    if (signing === undefined) throw new Error('no input');
    vi.setSystemTime(signing.now);
    const sent = await sendWithAliOss({ ...signing, key: `${signing.key}x` }, { query: signing.query }, true);
    const signed = signHeadersV4(requestOf(signing), signing.credentials, { date: signing.now });
    expect(signaturePart(signed.headers['authorization'])).toMatch(/^[0-9a-f]{64}$/);
    expect(signaturePart(signed.headers['authorization'])).not.toBe(signaturePart(sent.headers['authorization']));
  });
});
