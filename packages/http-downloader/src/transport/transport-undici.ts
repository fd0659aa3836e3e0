import { setMaxListeners } from 'node:events';
import type { SignedRequest } from '@ossgrant/signer-core';
import type { Dispatcher } from 'undici';
import { onAbort } from '../on-abort.ts';
import { createBlockQueue, type BlockQueue } from './block-queue.ts';
import type * as undiciModule from './dispatcher.ts';
import {
  plainBlocks,
  type Blocks,
  type Collected,
  type SendOptions,
  type Transport,
  type TransportResponse,
} from './transport.ts';

/** undici's dispatcher: takes the path as it is, where every URL parser would normalise it. */
export const transport: Transport = {
  decodesContent: false,
  onWrongBytes: () => void loading?.then(({ distrustReuse }) => distrustReuse()),
  async send(request, options): Promise<TransportResponse> {
    const { connectMs, isCompared = true } = options;
    const { dispatcherFor, paused } = await loadUndici();
    const dispatcher = dispatcherFor(request.origin, { connectMs, mayReuse: isCompared });
    options.signal.throwIfAborted();
    return sendThrough(dispatcher, request, { ...options, paused });
  },
};

/** Sends a request through this dispatcher, before it returns. */
export function sendThrough(
  dispatcher: Dispatcher,
  request: SignedRequest,
  options: SendOptions & Pick<Outcome, 'paused'>,
): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { handler, timeout } = createHandler(options, { paused: options.paused, resolve, reject });
    timeout.start();
    dispatcher.dispatch(
      {
        origin: request.origin,
        path: request.path,
        method: request.method,
        headers: { 'accept-encoding': 'identity', ...request.headers },
        headersTimeout: options.headersMs,
        bodyTimeout: options.bodyMs,
      },
      handler,
    );
  });
}

let loading: Promise<typeof undiciModule> | undefined;

/** Loads undici: it and Node's own copy of it take WebAssembly memory for that, and end the process when they get none. */
export async function loadUndici(): Promise<typeof undiciModule> {
  if (loading === undefined) {
    assertWasmMemory();
    loading = import('./dispatcher.ts');
  }
  return loading;
}

function assertWasmMemory(): void {
  const { WebAssembly } = globalThis as {
    readonly WebAssembly?: { readonly Memory: new (of: { initial: number }) => object };
  };
  if (WebAssembly === undefined) return;
  // One for each copy. Their address space is reserved until they are collected, so both must be there at one time.
  const memories = [0, 1].map(() => new WebAssembly.Memory({ initial: 1 }));
  if (memories.length !== 2) throw new RangeError('could not allocate memory');
}

interface Outcome {
  /** Where a response that is held back is kept. */
  readonly paused: Set<() => void>;
  readonly resolve: (response: TransportResponse) => void;
  readonly reject: (error: unknown) => void;
}

// undici takes a connection for busy until the turn after its response has ended: the next request would open another one.
const afterRelease = (run: () => void): void => void setImmediate(() => setImmediate(run));

const unlimited = new WeakSet<AbortSignal>();

// A handler costs less per byte than undici's streams. Every dispatcher understands these methods, also an older one that Node's own
// `fetch` may have installed.
function createHandler(options: SendOptions, { paused, resolve, reject }: Outcome) {
  const { signal, headersMs } = options;
  let abort: (error?: Error) => void = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  let queue: BlockQueue | undefined;
  let collection: Collection | undefined;
  let forget = (): void => {};
  let resume: () => void = () => {};
  const release = (): void => {
    clearTimeout(timer);
    paused.delete(resume);
    forget();
  };
  // The dispatcher may still be connecting, and then has nothing to abort yet.
  let givenUp: Error | undefined;
  const giveUp = (error: Error): void => {
    givenUp = error;
    release();
    reject(error);
    queue?.fail(error);
    abort(error);
  };

  const handler: Dispatcher.DispatchHandler = {
    onConnect(abortRequest): void {
      abort = (error) => abortRequest(error);
      if (givenUp !== undefined) abortRequest(givenUp);
    },
    onHeaders(status, rawHeaders, resumeBody): boolean {
      if (status < 200) return true;
      clearTimeout(timer);
      const headers = headerMap(rawHeaders);
      const header = (name: string): string | undefined => headers.get(name);
      const collected = options.collect?.(status, header);
      if (collected !== undefined) {
        const { withinMs } = collected;
        if (withinMs > 0) timer = setTimeout(() => giveUp(new Error(`not received within ${withinMs} ms`)), withinMs);
        collection = createCollection(collected, options.blocks ?? plainBlocks, { status, header });
        return true;
      }
      resume = () => {
        paused.delete(resume);
        resumeBody();
      };
      const body = createBlockQueue({
        blocks: (status < 300 ? options.blocks : undefined) ?? plainBlocks,
        length: lengthOf(headers.get('content-length')),
        resume,
      });
      queue = body;
      resolve({
        status,
        header,
        read: () => body.read(),
        discard(): void {
          release();
          abort(new Error('discarded'));
          body.discard();
        },
      });
      return true;
    },
    onData(chunk): boolean {
      if (collection === undefined) {
        // undici passes on no bytes when it resumes what had already been passed on.
        const hasRoom = chunk.length === 0 || (queue?.push(chunk) ?? true);
        if (!hasRoom) paused.add(resume);
        return hasRoom;
      }
      if (!collection.add(chunk)) giveUp(new Error('more bytes came than were announced'));
      return true;
    },
    onComplete(): void {
      release();
      queue?.end();
      if (collection === undefined) return;
      const response = collection.response();
      if (response === undefined) reject(new Error('fewer bytes came than were announced'));
      else afterRelease(() => resolve(response));
    },
    onError(error): void {
      release();
      reject(error);
      queue?.fail(error);
    },
  };
  return {
    handler,
    timeout: {
      start(): void {
        // All connections of a download listen to one signal: that is not a leak.
        if (!unlimited.has(signal)) {
          unlimited.add(signal);
          setMaxListeners(0, signal);
        }
        forget = onAbort(signal, () => giveUp(signal.reason as Error));
        if (headersMs === 0) return;
        timer = setTimeout(() => giveUp(new Error(`no response within ${headersMs} ms`)), headersMs);
      },
    },
  };
}

interface Collection {
  /** Whether there was room. */
  add(chunk: Uint8Array): boolean;
  /** Undefined as long as something is missing. */
  response(): TransportResponse | undefined;
}

function createCollection(
  { length }: Collected,
  blocks: Blocks,
  head: Pick<TransportResponse, 'status' | 'header'>,
): Collection {
  const content = blocks.take(length);
  let size = 0;
  return {
    add(chunk): boolean {
      if (size + chunk.length > length) return false;
      content.set(chunk, size);
      size += chunk.length;
      return true;
    },
    response: () => (size < length ? undefined : collectedResponse(head, content)),
  };
}

/** A response whose body is there. */
export function collectedResponse(
  { status, header }: Pick<TransportResponse, 'status' | 'header'>,
  content: Uint8Array,
): TransportResponse {
  let isRead = content.length === 0;
  return {
    status,
    header,
    content,
    async read(): Promise<Uint8Array | undefined> {
      if (isRead) return undefined;
      isRead = true;
      return content;
    },
    discard: () => {},
  };
}

function headerMap(
  raw: readonly (Buffer | string)[] | Record<string, unknown> | null | undefined,
): Map<string, string> {
  const headers = new Map<string, string>();
  if (!Array.isArray(raw)) return headers;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = text(raw[index]).toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? text(raw[index + 1]) : `${before}, ${text(raw[index + 1])}`);
  }
  return headers;
}

function lengthOf(header: string | undefined): number {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : Infinity;
}

function text(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('latin1') : String(value);
}
