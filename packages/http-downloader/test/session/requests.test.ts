import { describe, expect, it, vi } from 'vitest';
import type { PreparedRequest, RequestSource } from '../../src/request-source.ts';
import { prepareRequest } from '../../src/session/requests.ts';

const REQUEST: PreparedRequest = {
  method: 'GET',
  origin: 'http://a.example',
  path: '/',
  headers: {},
  token: Symbol('x'),
};
const source = (run: RequestSource['prepare']): RequestSource => ({ identity: 'x', prepare: run });

async function prepare(from: RequestSource, { stop = new AbortController(), timeoutMs = 1000 } = {}) {
  return prepareRequest(from, { headers: {}, clockOffsetMs: 0, signal: stop.signal }, timeoutMs);
}

describe('a request', () => {
  it('that is at hand needs no timer', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');
    expect(await prepare(source(async () => REQUEST))).toBe(REQUEST);
    const failing = source(async () => {
      throw new Error('no link');
    });
    await expect(prepare(failing)).rejects.toThrow('no link');
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });

  it('may come from a source that is not asynchronous', async () => {
    const plain = (() => REQUEST) as unknown as RequestSource['prepare'];
    expect(await prepare(source(plain))).toBe(REQUEST);
    const failing = (() => {
      throw new Error('no link');
    }) as RequestSource['prepare'];
    await expect(prepare(source(failing))).rejects.toThrow('no link');
  });

  it('that comes later is waited for', async () => {
    const later = async (): Promise<PreparedRequest> => {
      await new Promise((resolve) => setImmediate(resolve));
      return REQUEST;
    };
    expect(await prepare(source(later))).toBe(REQUEST);
  });

  it('that never comes is given up', async () => {
    const never = source(async () => new Promise(() => {}));
    await expect(prepare(never, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'STALLED', retryable: true });
  });

  it('is given up at once when all is aborted, also before its source has returned', async () => {
    const stop = new AbortController();
    const aborting = source(async () => {
      stop.abort(new Error('enough'));
      return new Promise(() => {});
    });
    await expect(prepare(aborting, { stop, timeoutMs: 0 })).rejects.toThrow('enough');
    const other = new AbortController();
    const waiting = prepare(
      source(async () => new Promise(() => {})),
      { stop: other, timeoutMs: 0 },
    );
    setImmediate(() => other.abort(new Error('later')));
    await expect(waiting).rejects.toThrow('later');
  });
});
