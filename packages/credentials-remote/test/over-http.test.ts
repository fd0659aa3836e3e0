import { cached } from '@ossgrant/credentials-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inspect } from 'node:util';
import { applicationServer, credentialsUri } from '../src/over-http.ts';
import { fetchFrom, KEY, obtain, printed, startKeyServer, type KeyServer, type Reply } from './key-server.ts';

let server: KeyServer;
afterEach(() => server?.close());
const answering = async (reply: Reply | undefined): Promise<void> => {
  server = await startKeyServer(() => reply);
};

describe.each([
  ['credentialsUri', (url: string, fetching?: typeof fetch) => credentialsUri({ uri: url, ...optional(fetching) })],
  ['applicationServer', (url: string, fetching?: typeof fetch) => applicationServer({ url, ...optional(fetching) })],
])('%s', (_, source) => {
  it.each([
    ['its own client', undefined],
    ['a fetch', fetch],
  ])('gets credentials with %s', async (__, fetching) => {
    await answering({ body: KEY });
    const fetched = await fetchFrom(source(`${server.url}/sts?who=alice`, fetching));
    expect(fetched).toMatchObject({ accessKeyId: 'STS.id', securityToken: 'token-value' });
    expect(fetched.serverDate).toBeInstanceOf(Date);
    expect(server.asked).toEqual(['GET /sts?who=alice']);
  });

  it.each([
    [{ status: 401 }, 'DENIED', false],
    [{ status: 403 }, 'DENIED', false],
    [{ status: 404 }, 'INVALID_CONFIG', false],
    [{ status: 429 }, 'THROTTLED', true],
    [{ status: 500 }, 'UNAVAILABLE', true],
    [{ status: 302, headers: { location: '/login' } }, 'INVALID_CONFIG', false],
    [{ body: 'secret-value' }, 'INVALID_CONFIG', false],
    [{ body: '[]' }, 'INVALID_CONFIG', false],
    [{ body: '{"__proto__":{"AccessKeyId":"a"}}' }, 'INVALID_CONFIG', false],
    [{ body: { ...KEY, AccessKeyId: '' } }, 'INVALID_CONFIG', false],
    [{ body: { ...KEY, AccessKeySecret: 7 } }, 'INVALID_CONFIG', false],
    [{ body: { ...KEY, Expiration: 'soon' } }, 'INVALID_CONFIG', false],
    [{ body: { ...KEY, pad: 'x'.repeat(70_000) } }, 'INVALID_CONFIG', false],
  ])('classifies %j with either client, and quotes nothing', async (reply, code, retryable) => {
    await answering(reply);
    for (const fetching of [undefined, fetch]) {
      const error: unknown = await fetchFrom(source(`${server.url}/?key=in-the-url`, fetching)).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ name: 'CredentialError', code, retryable });
      expect(printed(error)).not.toMatch(/secret-value|token-value|in-the-url/);
    }
    expect(server.asked).toEqual(['GET /?key=in-the-url', 'GET /?key=in-the-url']);
  });

  it.each(['http://keys.example.com/', 'ftp://127.0.0.1/', 'https://a:b@keys.example.com/', 'keys', ''])(
    'refuses the URL %j before any call',
    (url) => {
      expect(() => source(url)).toThrow(TypeError);
    },
  );

  it('keeps of a client’s error what is safe: neither its request nor the URL', async () => {
    const config = { headers: { authorization: 'Bearer secret-value' } };
    const failing: typeof fetch = async () => {
      throw Object.assign(new Error('request to https://keys.example.com/?key=in-the-url failed'), { config });
    };
    const error: unknown = await fetchFrom(source('https://keys.example.com/?key=in-the-url', failing)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'UNAVAILABLE', cause: { name: 'Error' } });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/secret-value|in-the-url/);
  });

  it('calls the fetch that was given as a function, as workerd and browsers demand', async () => {
    async function strict(this: unknown): Promise<Response> {
      if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation');
      return new Response(JSON.stringify(KEY));
    }
    expect((await fetchFrom(source('https://keys.example.com/', strict))).accessKeyId).toBe('STS.id');
  });

  it('reads an Expiration without a zone as UTC, whatever the zone of this machine', async () => {
    await answering({ body: { ...KEY, Expiration: '2999-01-01T00:00:00' } });
    expect((await fetchFrom(source(server.url))).expiration).toEqual(new Date('2999-01-01T00:00:00Z'));
  });

  it('stops when the caller’s cache is closed', async () => {
    await answering(undefined);
    const provider = cached(source(server.url));
    const waiting = provider.getCredentials();
    const ended = expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await provider.close();
    await ended;
  });
});

describe('credentialsUri', () => {
  it('takes a token without an end, which the cache reuses for ten minutes at most', async () => {
    await answering({ body: { ...KEY, Expiration: undefined, Code: 'Success' } });
    let now = 0;
    const clock = { now: () => now, monotonic: () => now };
    const provider = cached(credentialsUri({ uri: server.url }), { clock });
    await provider.getCredentials();
    now = 300_000;
    await provider.getCredentials();
    expect(server.asked).toHaveLength(1);
    now = 600_000;
    await provider.getCredentials();
    expect(server.asked).toHaveLength(2);
    await provider.close();
  });

  it('sends the headers that it was given', async () => {
    await answering({ body: KEY });
    await fetchFrom(credentialsUri({ uri: server.url, headers: { authorization: 'Bearer x' } }));
    expect(server.headers[0]?.authorization).toBe('Bearer x');
  });

  it('reads no shape but its own', async () => {
    await answering({ body: { data: KEY } });
    await expect(fetchFrom(credentialsUri({ uri: server.url }))).rejects.toThrow('has no AccessKeyId');
  });

  it('refuses an answer that says that it failed', async () => {
    await answering({ body: { ...KEY, Code: 'Fail' } });
    await expect(fetchFrom(credentialsUri({ uri: server.url }))).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });
});

describe('applicationServer', () => {
  it.each([200, '200'])('takes the answer of the mobile samples with StatusCode %j', async (StatusCode) => {
    await answering({ body: { StatusCode, ...KEY } });
    expect((await obtain(applicationServer({ url: server.url }))).accessKeyId).toBe('STS.id');
  });

  it.each([
    [{ StatusCode: 403, ErrorCode: 'NoPermission' }, 'DENIED', false, 'NoPermission'],
    [{ StatusCode: '500', ErrorCode: 'InternalError' }, 'UNAVAILABLE', true, 'InternalError'],
    [{ StatusCode: 400, ErrorCode: 'secret-value in words' }, 'DENIED', false, undefined],
  ])('takes %j for a refusal', async (refused, code, retryable, serviceCode) => {
    await answering({ body: { ...refused, ErrorMessage: 'secret-value', ...KEY } });
    const error: unknown = await fetchFrom(applicationServer({ url: server.url })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retryable, ...(serviceCode === undefined ? {} : { serviceCode }) });
    expect(printed(error)).not.toContain('secret-value');
  });

  it.each(['SecurityToken', 'Expiration'])('refuses a key without %s: it would outlive the grant', async (name) => {
    await answering({ body: { StatusCode: 200, ...KEY, [name]: undefined } });
    await expect(fetchFrom(applicationServer({ url: server.url }))).rejects.toThrow(`has no ${name}`);
  });

  it.each([{ authorization: 7 }, { 'a b': 'x' }, { authorization: 'secret-value\n' }, 'secret-value', null])(
    'refuses the headers %j, which clients would quote',
    async (headers) => {
      await answering({ body: KEY });
      const error: unknown = await fetchFrom(
        applicationServer({ url: server.url, headers: () => headers as never }),
      ).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: /headers\(\) must return/ });
      expect(printed(error)).not.toContain('secret-value');
      expect(() => applicationServer({ url: server.url, headers: headers as never })).toThrow('headers must be');
      expect(server.asked).toEqual([]);
    },
  );

  it('asks for its headers before each call', async () => {
    await answering({ body: KEY });
    let calls = 0;
    const headers = async () => ({ authorization: `Bearer ${(calls += 1)}` });
    const source = applicationServer({ url: server.url, method: 'POST', headers });
    await fetchFrom(source);
    await fetchFrom(source);
    expect(server.asked).toEqual(['POST /', 'POST /']);
    expect(server.headers.map(({ authorization }) => authorization)).toEqual(['Bearer 1', 'Bearer 2']);
  });

  it('takes a URL that is relative to the page', async () => {
    await answering({ body: KEY });
    vi.stubGlobal('location', { href: `${server.url}/app/` });
    try {
      await fetchFrom(applicationServer({ url: '../sts' }));
    } finally {
      vi.unstubAllGlobals();
    }
    expect(server.asked).toEqual(['GET /sts']);
  });

  it('is asked once by eight callers at a time', async () => {
    await answering({ body: KEY });
    const provider = cached(applicationServer({ url: server.url }));
    const keys = await Promise.all(Array.from({ length: 8 }, () => provider.getCredentials()));
    expect(new Set(keys).size).toBe(1);
    expect(server.asked).toHaveLength(1);
    await provider.close();
  });
});

function optional(fetching: typeof fetch | undefined): { readonly fetch?: typeof fetch } {
  return fetching === undefined ? {} : { fetch: fetching };
}
