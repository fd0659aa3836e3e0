import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { assume, beginUpload, call, sign, PATIENT } from '../kit.ts';

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('fault-bucket', 'a.bin', 'hello world');
});
afterEach(() => oss.close());

const ask = { bucket: 'fault-bucket', key: 'a.bin' };

it('answers with a status once, for the requests that fit', async () => {
  oss.faults.add({ key: 'a.bin', method: 'GET', skip: 1, status: 503 });
  expect((await call(oss, ask)).status).toBe(200);
  expect(await call(oss, ask)).toMatchObject({ status: 503, code: 'ServiceUnavailable' });
  expect((await call(oss, ask)).status).toBe(200);
});

it('hits every request until it is cleared', async () => {
  oss.faults.add({ times: Infinity, status: 500 });
  for (const _ of [1, 2, 3]) expect((await call(oss, ask)).status).toBe(500);
  oss.faults.clear();
  expect((await call(oss, ask)).status).toBe(200);
});

it('waits before it answers', async () => {
  oss.faults.add({ latencyMs: 30 });
  const start = performance.now();
  expect((await call(oss, ask)).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThan(25);
});

it('resets the connection after so many bytes', async () => {
  oss.faults.add({ cutAfterBytes: 5 });
  await expect(call(oss, ask)).rejects.toThrow(/aborted|ECONNRESET|hang up/);
  expect((await call(oss, ask)).text).toBe('hello world');
});

it('stalls after so many bytes, and lets go when the client does', async () => {
  oss.faults.add({ stallAfterBytes: 5 });
  const signed = sign(oss, ask);
  const abort = new AbortController();
  const response = await fetch(signed.origin + signed.path, { signal: abort.signal });
  const reader = response.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('hello');
  const next = reader?.read();
  abort.abort();
  await expect(next).rejects.toThrow('aborted');
});

it('flips one byte of what it sends, and none of what it keeps', async () => {
  oss.faults.add({ flipByteAt: 4 });
  const { body } = await call(oss, ask);
  expect(body[4]).toBe('o'.charCodeAt(0) ^ 0xff);
  expect((await call(oss, ask)).text).toBe('hello world');
});

it('lies about the range', async () => {
  oss.faults.add({ contentRange: 'bytes 1-5/11' });
  const answer = await call(oss, { ...ask, scheme: 'v4-header', headers: { range: 'bytes=0-4' } });
  expect([answer.status, answer.headers['content-range'], answer.text]).toEqual([206, 'bytes 1-5/11', 'hello']);
});

it('changes the object while the old one is sent whole', async () => {
  oss.faults.add({ changeObject: 'changed' });
  const first = await call(oss, ask);
  const second = await call(oss, ask);
  expect([first.text, second.text]).toEqual(['hello world', 'changed']);
  expect(first.headers['etag']).not.toBe(second.headers['etag']);
});

it('ends the life of the token that a request is signed with', async () => {
  const [one, two] = [await assume(oss), await assume(oss)];
  oss.faults.add({ expireToken: true });
  expect((await call(oss, { ...ask, credentials: one })).code).toBe('SecurityTokenExpired');
  expect((await call(oss, { ...ask, credentials: one })).code).toBe('SecurityTokenExpired');
  expect((await call(oss, { ...ask, credentials: two })).status).toBe(200);
});

it('keeps a fault of the body for an answer that has one', async () => {
  oss.faults.add({ cutAfterBytes: 5 });
  expect((await call(oss, { ...ask, method: 'HEAD' })).status).toBe(200);
  expect((await call(oss, { ...ask, method: 'PUT', key: 'b', scheme: 'v4-header' }, 'text')).status).toBe(200);
  await expect(call(oss, ask)).rejects.toThrow(/aborted|ECONNRESET|hang up/);
  oss.faults.add({ flipByteAt: 0, latencyMs: 1 });
  expect((await call(oss, { ...ask, method: 'HEAD' })).status).toBe(200);
  expect((await call(oss, ask)).text).not.toBe('hello world');
  oss.faults.add({ contentRange: 'bytes 1-5/11' });
  expect((await call(oss, ask)).status).toBe(200);
  const part = await call(oss, { ...ask, scheme: 'v4-header', headers: { range: 'bytes=0-4' } });
  expect(part.headers['content-range']).toBe('bytes 1-5/11');
});

it('spoils a listing as it spoils an object', async () => {
  const list = { bucket: 'fault-bucket' };
  const whole = await call(oss, list);
  oss.faults.add({ flipByteAt: 0 });
  const spoiled = await call(oss, list);
  expect(spoiled.headers['content-length']).toBe(whole.headers['content-length']);
  expect(spoiled.body[0]).toBe('<'.charCodeAt(0) ^ 0xff);
  oss.faults.add({ cutAfterBytes: 5 });
  await expect(call(oss, list)).rejects.toThrow(/aborted|ECONNRESET|hang up/);
});

it('survives a client that goes away in the middle of a download', async () => {
  await oss.put('fault-bucket', 'large', Buffer.alloc(8 << 20));
  const signed = sign(oss, { ...ask, key: 'large' });
  const abort = new AbortController();
  const response = await fetch(signed.origin + signed.path, { signal: abort.signal });
  expect(response.status).toBe(200);
  abort.abort();
  expect((await call(oss, ask)).text).toBe('hello world');
});

it('stores nothing of an upload whose client goes away, and writes down that it did', async () => {
  const upload = beginUpload(oss, { bucket: 'fault-bucket', key: 'torn' }, 100);
  // Another request is answered: so this one has arrived.
  await vi.waitFor(() => expect(upload.socket?.bytesWritten).toBeGreaterThan(0), PATIENT);
  expect((await call(oss, ask)).text).toBe('hello world');
  upload.destroy();
  const torn = () => oss.journal.entries().filter(({ key }) => key === 'torn');
  await vi.waitFor(() => expect(torn()).toHaveLength(1), PATIENT);
  expect(torn()[0]).toMatchObject({ method: 'PUT', status: 499, code: 'ClientGone' });
  expect((await call(oss, { ...ask, key: 'torn' })).status).toBe(404);
});
