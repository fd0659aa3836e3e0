import type { SignedRequest } from '@ossgrant/signer-core';

/** An answer whose body has not been read. */
export interface TransportResponse {
  readonly status: number;
  /** Looks a header up by lower-case name. */
  header(name: string): string | undefined;
  /**
   * The bytes that have come since, in their order; none at the end of the body. One reader at a time; what it does not
   * take is kept, and beyond some MiB not received.
   */
  read(): Promise<readonly Uint8Array[]>;
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
}

/** How requests go out. Chosen by the package's `imports` map: undici on Node, `fetch` elsewhere. */
export interface Transport {
  /**
   * Whether bodies arrive with their Content-Encoding undone: lengths and checksums are of the encoded bytes, so they
   * cannot be compared then.
   */
  readonly decodesContent: boolean;
  /** Sends a request exactly as signed. Redirects are not followed: a signature is for one host. */
  send(request: SignedRequest, options: SendOptions): Promise<TransportResponse>;
}
