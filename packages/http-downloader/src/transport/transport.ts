import type { SignedRequest } from '@ossgrant/signer-core';

/** An answer whose body has not been read. */
export interface TransportResponse {
  readonly status: number;
  /** Looks a header up by lower-case name. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives the connection up without reading on. */
  discard(): Promise<void>;
}

/** How requests go out. Chosen by the package's `imports` map: undici on Node, `fetch` elsewhere. */
export interface Transport {
  /**
   * Whether bodies arrive with their Content-Encoding undone: lengths and checksums are of the encoded bytes, so they
   * cannot be compared then.
   */
  readonly decodesContent: boolean;
  /** Sends a request exactly as signed. Redirects are not followed: a signature is for one host. */
  send(request: SignedRequest, signal: AbortSignal): Promise<TransportResponse>;
}
