import { expect, it } from 'vitest';
import { callBack, type CallBackOptions } from '../../../src/operations/callback/call-back.ts';
import { createCallbackSigner } from '../../../src/operations/callback/callback-signer.ts';
import type { ObjectVersion } from '../../../src/store/object-store.ts';
import { startCallbackServer } from './callback-server.ts';

const options: CallBackOptions = {
  context: { callbackSigner: createCallbackSigner(), publicKeyUrl: () => 'http://127.0.0.1/key' },
  clientGone: new AbortController().signal,
  bucket: 'a-bucket',
  stored: { key: 'a', size: 1, etag: '"x"', headers: new Map() } as unknown as ObjectVersion,
};

it('gives up on a server that does not answer in time, and when its own client is gone', async () => {
  const silent = await startCallbackServer(() => undefined);
  const callback = {
    urls: [new URL(`http://${silent.host}`)],
    body: 'a',
    bodyType: 'application/json',
    variables: new Map(),
  } as const;
  try {
    const late = callBack(callback, { status: 200 }, { ...options, timeoutMs: 20 });
    await expect(late).rejects.toMatchObject({
      parts: { status: 203, code: 'CallbackFailed', message: 'Cost too long time' },
    });
    const client = new AbortController();
    const left = callBack(callback, { status: 200 }, { ...options, clientGone: client.signal, timeoutMs: 3_600_000 });
    client.abort();
    await expect(left).rejects.toMatchObject({ parts: { code: 'CallbackFailed' } });
  } finally {
    await silent.close();
  }
});
