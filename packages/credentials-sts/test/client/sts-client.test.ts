import { inspect } from 'node:util';
import { toProvider, type FetchedCredentials } from '@ossgrant/credentials-core';
import { describe, expect, it, vi } from 'vitest';
import { assumeRole } from '../../src/assume-role.ts';
import { clock, context, fakeSts, NOW, refusal, session, type FakeSts } from '../sts-fixture.ts';

const call = (sts: FakeSts, random = 0.5): Promise<FetchedCredentials> => {
  const { fetch, sleep } = sts;
  return assumeRole({ ...session, fetch, sleep, random: () => random }).fetch(context);
};

describe('a call of STS', () => {
  it.each([
    ['throttling, which comes with status 400', refusal('Throttling.User')],
    ['an internal error', refusal('InternalError', 500)],
    ['a proxy’s page', { status: 502, body: '<html></html>' }],
    ['a network that fails', new TypeError('fetch failed')],
  ])('is repeated after %s, with a new nonce', async (_name, failure) => {
    const sts = fakeSts(failure, {});
    expect((await call(sts)).accessKeyId).toBe('STS.id1');
    expect(sts.waits).toEqual([200]);
    expect(new Set(sts.forms.map((form) => form.get('SignatureNonce'))).size).toBe(2);
  });

  it('is made three times at most, with pauses that grow and are spread', async () => {
    const sts = fakeSts(refusal('Throttling.User'));
    await expect(call(sts, 0.999)).rejects.toMatchObject({ code: 'THROTTLED', retryable: true });
    expect(sts.forms.length).toBe(3);
    expect(sts.waits.map(Math.round)).toEqual([400, 799]);
    const hasty = fakeSts(refusal('Throttling.User'));
    await expect(call(hasty, 0)).rejects.toMatchObject({ code: 'THROTTLED' });
    expect(hasty.waits).toEqual([]);
  });

  it.each(['NoPermission', 'EntityNotExist.Role', 'InvalidParameter.PolicyGrammar', 'SignatureDoesNotMatch'])(
    'is not repeated after %s',
    async (code) => {
      const sts = fakeSts(refusal(code, 403));
      await expect(call(sts)).rejects.toMatchObject({ retryable: false, serviceCode: code });
      expect(sts.forms.length).toBe(1);
    },
  );

  it('is repeated at once with a new nonce when the nonce was used', async () => {
    const sts = fakeSts(refusal('SignatureNonceUsed'), {});
    await call(sts);
    expect(sts.waits).toEqual([]);
    expect(sts.forms[0]?.get('SignatureNonce')).not.toBe(sts.forms[1]?.get('SignatureNonce'));
  });

  it('waits as long as STS asks, up to ten seconds, and leaves a longer wait to the caller', async () => {
    const patient = fakeSts(refusal('Throttling.User', 400, { 'retry-after': '7' }), {});
    await call(patient);
    expect(patient.waits).toEqual([7_000]);
    const dated = { date: new Date(NOW).toUTCString(), 'retry-after': new Date(NOW + 3_000).toUTCString() };
    const untilDate = fakeSts(refusal('ServiceUnavailable', 503, dated), {});
    await call(untilDate);
    expect(untilDate.waits).toEqual([3_000]);
    const long = fakeSts(refusal('Throttling.User', 400, { 'retry-after': '60' }));
    await expect(call(long)).rejects.toMatchObject({ code: 'THROTTLED', retryAfterMs: 60_000 });
    expect(long.forms.length).toBe(1);
  });

  it('is signed again by the server’s time when the clock is off, and remembers it', async () => {
    const date = new Date(NOW + 3_600_000).toUTCString();
    const sts = fakeSts(refusal('InvalidTimeStamp.Expired', 400, { date }), {});
    const source = assumeRole({ ...session, fetch: sts.fetch, sleep: sts.sleep });
    await source.fetch(context);
    await source.fetch(context);
    expect(sts.forms.map((form) => form.get('Timestamp'))).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-01-01T01:00:00Z',
      '2026-01-01T01:00:00Z',
    ]);
    expect(sts.waits).toEqual([]);
  });

  it.each([
    ['is absent', {}],
    ['is malformed', { date: 'soon' }],
    ['is from 1970', { date: new Date(0).toUTCString() }],
    ['agrees with ours', { date: new Date(NOW).toUTCString() }],
  ])('is not signed again when the server’s time %s', async (_name, headers) => {
    const sts = fakeSts(refusal('InvalidTimeStamp.Expired', 400, headers));
    await expect(call(sts)).rejects.toMatchObject({ serviceCode: 'InvalidTimeStamp.Expired' });
    expect(sts.forms.length).toBe(1);
  });

  it('learns the clock once: a server that goes on refusing ends it', async () => {
    const sts = fakeSts(refusal('InvalidTimeStamp.Expired', 400, { date: new Date(NOW + 3_600_000).toUTCString() }));
    await expect(call(sts)).rejects.toMatchObject({ serviceCode: 'InvalidTimeStamp.Expired' });
    expect(sts.forms.length).toBe(2);
  });

  it('ends when it is aborted, also while it waits to be repeated', async () => {
    const controller = new AbortController();
    const sts = fakeSts(refusal('Throttling.User'));
    const source = assumeRole({
      ...session,
      fetch: sts.fetch,
      async sleep(_ms, signal) {
        controller.abort(new Error('enough'));
        signal.throwIfAborted();
      },
    });
    await expect(source.fetch({ clock, signal: controller.signal })).rejects.toThrow('enough');
    expect(sts.forms.length).toBe(1);
  });

  it('gives an attempt ten seconds, and leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let calls = 0;
      const hanging: typeof fetch = (_url, init) =>
        new Promise((_resolve, reject) => {
          calls += 1;
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        });
      const failure = assumeRole({ ...session, fetch: hanging, sleep: async () => {} }).fetch(context);
      const ended = expect(failure).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: 'STS AssumeRole: sts.aliyuncs.com did not respond within 10000 ms',
      });
      await vi.advanceTimersByTimeAsync(30_000);
      await ended;
      expect(calls).toBe(3);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a network failure', () => {
  it('keeps name, message and code of its cause, and nothing that a client attached', async () => {
    const attached = Object.assign(
      new TypeError('fetch failed', {
        cause: Object.assign(new Error('reset'), { code: 'ECONNRESET', request: 'caller-secret' }),
      }),
      {
        config: { data: 'Signature=caller-secret' },
      },
    );
    const failure = await call(fakeSts(attached)).catch((error: unknown) => error);
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('caller-secret');
    expect(failure).toMatchObject({
      cause: { name: 'TypeError', message: 'fetch failed', cause: { code: 'ECONNRESET' } },
    });
  });
});

describe('the caller', () => {
  it('follows the clock of the fetch', async () => {
    const caller = { accessKeyId: 'id', accessKeySecret: 'secret', expiration: new Date(NOW + 1_000) };
    const { fetch } = fakeSts({});
    const source = assumeRole({ ...session, caller, fetch });
    expect((await source.fetch(context)).accessKeyId).toBe('STS.id1');
    expect(() => assumeRole({ ...session, caller: { ...caller, accessKeyId: '' } })).toThrow('accessKeyId');
  });
});

describe('a caller whose key STS refuses', () => {
  it.each(['InvalidSecurityToken.Expired', 'InvalidAccessKeyId.NotFound'])(
    'gets a report of %s and is asked once more',
    async (code) => {
      let n = 0;
      const caller = toProvider(() => ({ accessKeyId: `id${(n += 1)}`, accessKeySecret: 'secret' }), { clock });
      const sts = fakeSts(refusal(code), {});
      const source = assumeRole({ ...session, caller, fetch: sts.fetch, sleep: sts.sleep });
      expect((await source.fetch(context)).accessKeyId).toBe('STS.id1');
      expect(sts.forms.map((form) => form.get('AccessKeyId'))).toEqual(['id1', 'id2']);
    },
  );

  it('is not asked again when it has nothing newer', async () => {
    const sts = fakeSts(refusal('InvalidAccessKeyId.NotFound', 404));
    await expect(call(sts)).rejects.toMatchObject({ code: 'DENIED' });
    expect(sts.forms.length).toBe(1);
  });
});
