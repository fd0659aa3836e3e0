import fc from 'fast-check';
import { CredentialError } from '@ossgrant/credentials-core';
import { expect, it } from 'vitest';
import { assumeRole } from '../../src/assume-role.ts';
import { context, fakeSts, granted, session } from '../sts-fixture.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 500);
const SECRET = 'the-secret-in-the-body';

const good = JSON.stringify({ ...granted(), Message: SECRET, AccessKeySecret: SECRET });
const cut = fc.nat(good.length).map((length) => good.slice(0, length));
const flipped = fc
  .tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }))
  .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1));
const polluted = fc
  .tuple(fc.constantFrom('__proto__', 'constructor', 'prototype'), fc.jsonValue())
  .map(([name, value]) => `{"${name}":${JSON.stringify(value)},"Credentials":{"${name}":${good}}}`);
const wrongTypes = fc.dictionary(
  fc.constantFrom('AccessKeyId', 'AccessKeySecret', 'SecurityToken', 'Expiration', '__proto__'),
  fc.jsonValue(),
);
const body = fc.oneof(
  cut,
  flipped,
  polluted,
  fc.json(),
  fc.string(),
  wrongTypes.map((Credentials) => JSON.stringify({ Credentials })),
  fc.constantFrom(`<html>${SECRET}</html>`, `<Error><Code>${SECRET}`, 'x'.repeat(10_000_000), '\u0000', '[]', 'null'),
);

it(
  'whatever STS answers: well-formed credentials or a CredentialError, nothing quoted, no prototype touched',
  { timeout: 600_000 },
  async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(200, 200, 400, 403, 500, 503), async (text, status) => {
        const sts = fakeSts({ body: text, status });
        const source = assumeRole({ ...session, fetch: sts.fetch, sleep: sts.sleep });
        try {
          const credentials = await source.fetch(context);
          taken += 1;
          expect(typeof credentials.accessKeyId).toBe('string');
          expect(credentials.expiration?.getTime()).not.toBeNaN();
        } catch (error) {
          expect(error).toBeInstanceOf(CredentialError);
          if (status === 200) expect((error as Error).message).not.toContain(SECRET);
          expect((error as Error).message.length).toBeLessThan(500);
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    console.log(`STS bodies: ${RUNS} answers, ${taken} of them credentials`);
  },
);
