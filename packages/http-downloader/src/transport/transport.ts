import type { SignedRequest } from '@ossgrant/signer-core';

/** Ordinary memory: a reader may keep the bytes. */
export const plainBlocks: Blocks = {
  take: (expected) => new Uint8Array(Math.min(SIZE, expected)),
  give: () => {},
};

/** Memory for received bodies. */
export interface Blocks {
  /** An empty block. @param expected bytes to come, at most; `Infinity` when that is not known */
  take(expected: number): Uint8Array;
  /** Takes back a block, or a piece of one, whose bytes are no longer needed. */
  give(bytes: Uint8Array): void;
}

const SIZE = 1 << 16;

/** A response whose body has not been read. */
export interface TransportResponse {
  readonly status: number;
  /** Whether a page is shown only the headers that CORS rules expose. @default false */
  readonly hidesHeaders?: boolean;
  /** Looks a header up by lower-case name. */
  header(name: string): string | undefined;
  /** The whole body, if it was collected; it can still be read, once. */
  readonly content?: Uint8Array;
  /**
   * The next bytes; undefined at the end of the body. One reader at a time. Bytes that are not read are kept, and beyond some blocks
   * not received. They are the reader's, to be given back to the blocks of the request.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Gives the connection up without reading on. */
  discard(): void;
}

/** A body that is received as one piece. */
export interface Collected {
  /** In bytes, as announced. */
  readonly length: number;
  /** 0 for no limit. */
  readonly withinMs: number;
}

/** How a request is sent. */
export interface SendOptions {
  readonly signal: AbortSignal;
  /** Not used where the platform connects by itself: there it is part of `headersMs`. */
  readonly connectMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
  /** Whether wrong bytes would be noticed, by a checksum that the response announces. @default true */
  readonly isCompared?: boolean;
  /** Whether connections of our own may be used on Node. @default unless the variable `OSSGRANT_DIRECT` is `off` */
  readonly direct?: boolean | undefined;
  /** Where the body of a success goes, on platforms that allow a choice. @default ordinary memory */
  readonly blocks?: Blocks | undefined;
  /**
   * Which bodies to collect before the response is returned: it fails when one breaks. Not every transport can.
   *
   * @default none
   */
  readonly collect?: (status: number, header: TransportResponse['header']) => Collected | undefined;
}

/** How requests go out. Chosen by the package's `imports` map: undici on Node, `fetch` elsewhere. */
export interface Transport {
  /**
   * Whether bodies arrive with their Content-Encoding undone: lengths and checksums are of the encoded bytes, so they
   * cannot be compared then.
   */
  readonly decodesContent: boolean;
  /** Called when bytes were wrong: from then on the transport does without the speed-up that may have caused it. */
  onWrongBytes?(): void;
  /** Sends a request exactly as signed. Redirects are not followed: a signature is for one host. */
  send(request: SignedRequest, options: SendOptions): Promise<TransportResponse>;
}
