import type { SignedRequest } from '@ossgrant/signer-core';

/** Ordinary memory: whoever reads the bytes may keep them. */
export const plainBlocks: Blocks = {
  take: (expected) => new Uint8Array(Math.min(SIZE, expected)),
  give: () => {},
};

/** Memory that bodies are received into. */
export interface Blocks {
  /** An empty block for a body of which at most so many bytes are to come; `Infinity` when that is not known. */
  take(expected: number): Uint8Array;
  /** Takes a block, or a piece of one, back: its bytes are not needed any more. */
  give(bytes: Uint8Array): void;
}

const SIZE = 1 << 16;

/** An answer whose body has not been read. */
export interface TransportResponse {
  readonly status: number;
  /** Looks a header up by lower-case name. */
  header(name: string): string | undefined;
  /**
   * The next bytes; undefined at the end of the body. One reader at a time; what it does not take is kept, and beyond some
   * blocks not received. They are the reader's, to be given back to the blocks of the request.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Gives the connection up without reading on. */
  discard(): void;
}

/** How a request is sent. */
export interface SendOptions {
  readonly signal: AbortSignal;
  /** Where the platform connects by itself, this is part of `headersMs` alone. */
  readonly connectMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
  /** Where the body of a success goes, if the platform lets one choose. @default ordinary memory */
  readonly blocks?: Blocks | undefined;
}

/** How requests go out. Chosen by the package's `imports` map: undici on Node, `fetch` elsewhere. */
export interface Transport {
  /**
   * Whether bodies arrive with their Content-Encoding undone: lengths and checksums are of the encoded bytes, so they
   * cannot be compared then.
   */
  readonly decodesContent: boolean;
  /** Told when bytes were wrong: from then on the transport does without what makes it fast and might have been why. */
  onWrongBytes?(): void;
  /** Sends a request exactly as signed. Redirects are not followed: a signature is for one host. */
  send(request: SignedRequest, options: SendOptions): Promise<TransportResponse>;
}
