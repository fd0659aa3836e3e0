import { once } from 'node:events';
import { Readable } from 'node:stream';
import { derive } from '../http/oss-response.ts';

/**
 * A fault that the server injects into requests that match all fields given here. A fault in the body counts only requests
 * whose response has a body.
 */
export interface Fault {
  /** Affects only requests of this HTTP method. @default all */
  readonly method?: string;
  /** Affects only requests to this bucket. @default all */
  readonly bucket?: string;
  /** Affects only requests for this object. @default all */
  readonly key?: string;
  /** Lets that many requests pass first. @default 0 */
  readonly skip?: number;
  /** Number of requests that it affects; `Infinity` for all. @default 1 */
  readonly times?: number;

  /** Delay before the response, in real milliseconds. */
  readonly latencyMs?: number;
  /** Responds with this status instead, such as 503. */
  readonly status?: number;
  /** Error code of that response. @default ServiceUnavailable for 503, InternalError otherwise */
  readonly code?: string;
  /** Resets the connection after so many bytes of the body. */
  readonly cutAfterBytes?: number;
  /** Sends nothing more after so many bytes of the body, and keeps the connection. */
  readonly stallAfterBytes?: number;
  /** Flips all bits of the byte at this place of the body. */
  readonly flipByteAt?: number;
  /** Sends this `Content-Range` on a 206 instead of the true one; other responses are not affected. */
  readonly contentRange?: string;
  /** Replaces the object by this while the old one is being sent: the next request finds the new one. */
  readonly changeObject?: Uint8Array | string;
  /** Expires the token that signed the request, and refuses it. */
  readonly expireToken?: boolean;
}

/** Faults of one server. */
export interface Faults {
  /** Adds a fault; of several that fit a request, the first added is used. */
  add(fault: Fault): void;
  /** Takes away all faults, also those with times left. */
  clear(): void;
  /** Refuses the next STS calls with 400 `Throttling.User`. @param times @default 1 */
  throttleSts(times?: number): void;
}

/** The facts that decide whether a fault applies. */
export interface FaultTarget {
  readonly method: string;
  readonly bucket?: string;
  readonly key?: string;
}

/** Faults, and how requests use them up. */
export interface FaultList extends Faults {
  /** The first matching fault that acts before the response; it counts as used. */
  take(target: FaultTarget): Fault | undefined;
  /** The first matching fault that acts on the body; called only when the response has one. */
  takeForBody(target: FaultTarget, status: number): Fault | undefined;
  takeStsThrottling(): boolean;
}

/** Makes an empty list. */
export function createFaults(): FaultList {
  let faults: { readonly fault: Fault; skip: number; times: number }[] = [];
  let throttled = 0;
  const takeFirst = (isMeant: (fault: Fault) => boolean): Fault | undefined => {
    for (const entry of faults) {
      if (!isMeant(entry.fault)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.times -= 1;
      if (entry.times <= 0) faults = faults.filter((other) => other !== entry);
      return entry.fault;
    }
    return undefined;
  };
  return {
    add: (fault) => void faults.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 }),
    clear(): void {
      faults = [];
      throttled = 0;
    },
    throttleSts(times = 1): void {
      throttled = times;
    },
    take: (target) =>
      takeFirst((fault) => {
        const canShow = target.method !== 'HEAD' || !spoilsBody(fault);
        return comesBefore(fault) && canShow && fits(fault, target);
      }),
    takeForBody: (target, status) =>
      takeFirst((fault) => {
        const canShow = fault.contentRange === undefined || status === 206;
        return !comesBefore(fault) && canShow && fits(fault, target);
      }),
    takeStsThrottling(): boolean {
      if (throttled <= 0) return false;
      throttled -= 1;
      return true;
    },
  };
}

/** Whether a fault acts on the body of a response, or while it is sent. */
export function spoilsBody(fault: Fault): boolean {
  const { cutAfterBytes, stallAfterBytes, flipByteAt, contentRange, changeObject } = fault;
  return [cutAfterBytes, stallAfterBytes, flipByteAt, contentRange, changeObject].some((part) => part !== undefined);
}

function comesBefore({ latencyMs, status, expireToken }: Fault): boolean {
  return latencyMs !== undefined || status !== undefined || expireToken !== undefined;
}

function fits(fault: Fault, target: FaultTarget): boolean {
  return (
    (fault.method === undefined || fault.method.toUpperCase() === target.method) &&
    (fault.bucket === undefined || fault.bucket === target.bucket) &&
    (fault.key === undefined || fault.key === target.key)
  );
}

/** Options of `spoilBody`. */
export interface SpoilOptions {
  /** Aborted when the client is gone. */
  readonly clientGone: AbortSignal;
  /** Called once, after the first bytes. */
  onFirstBytes(): Promise<void>;
}

/** A body with a fault in it. */
export function spoilBody(body: Readable | string, fault: Fault, options: SpoilOptions): Readable {
  const source = typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body;
  return derive(source, (bytes) => spoiled(bytes, fault, options));
}

async function* spoiled(source: AsyncIterable<Buffer>, fault: Fault, options: SpoilOptions): AsyncGenerator<Buffer> {
  const { cutAfterBytes = Infinity, stallAfterBytes = Infinity, flipByteAt = -1 } = fault;
  const end = Math.min(cutAfterBytes, stallAfterBytes);
  let position = 0;
  for await (const chunk of source) {
    const piece = flip(chunk.subarray(0, Math.min(chunk.length, end - position)), flipByteAt - position);
    const isFirst = position === 0;
    position += piece.length;
    if (piece.length > 0) yield piece;
    if (isFirst) await options.onFirstBytes();
    if (position >= end) break;
  }
  if (position >= stallAfterBytes && !options.clientGone.aborted) await once(options.clientGone, 'abort');
  if (position >= end) throw new Error('cut by a fault');
}

function flip(bytes: Buffer, at: number): Buffer {
  if (at < 0 || at >= bytes.length) return bytes;
  // A copy: the stored object must stay as it is.
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}
