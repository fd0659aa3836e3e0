import { getDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { downloadToMemory } from '../../src/download-to-memory.ts';
import { openDownload } from '../../src/open-download.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { connectOptions } from '../../src/transport/dispatcher.ts';
import { AT_ONCE, rawServer, serveTls } from '../kit.ts';

const BYTES = Buffer.alloc(100_000, 'bytes ');
const NONE = { retry: { ...AT_ONCE, maxFailures: 0 } };
const get = async (url: string) => downloadToMemory(fromUrl(url), { maxBytes: 1 << 20, ...NONE });

describe('connecting', () => {
  it('has a time limit of its own, TLS included', async () => {
    const port = await rawServer(() => {});
    const failure = openDownload(fromUrl(`https://127.0.0.1:${port}/a`), { ...NONE, timeouts: { connectMs: 50 } });
    await expect(failure).rejects.toMatchObject({
      code: 'NETWORK',
      retryable: true,
      cause: { code: 'UND_ERR_CONNECT_TIMEOUT' },
    });
  });

  it('is left to the dispatcher that the application has set', async () => {
    const before = getGlobalDispatcher();
    onTestFinished(() => setGlobalDispatcher(before));
    setGlobalDispatcher(new Agent({ connect: { rejectUnauthorized: false } }));
    const { url } = await serveTls((_, response) => response.end(BYTES));
    expect((await get(url)).bytes).toBe(BYTES.length);
  });
});

describe('several addresses of one host', () => {
  it.each([
    [10_000, 2500],
    [4000, 1000],
    [100, getDefaultAutoSelectFamilyAttemptTimeout()],
    [0, 2500],
  ])('each have a share of %i ms for connecting, %i ms [fault 73]', (connectMs, attemptMs) => {
    expect(connectOptions(connectMs)).toEqual({ timeout: connectMs, autoSelectFamilyAttemptTimeout: attemptMs });
  });
});
