import type { IncomingMessage } from 'node:http';
import type { Address } from '../http/address.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import type { ServerContext } from '../server-context.ts';
import type { Bucket } from '../store/object-store.ts';

/** What an operation is given. */
export interface OperationInput {
  readonly request: RawRequest;
  readonly message: IncomingMessage;
  readonly context: ServerContext;
  readonly address: Address;
  /** Whether the request carries a verified signature. */
  readonly signed: boolean;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
  /** The request's traffic limit. @default none */
  readonly bitsPerSecond?: number;
  /**
   * Checks a further permission of the caller.
   *
   * @throws Failure 403 AccessDenied
   */
  authorize(action: string, bucket: string, key?: string): void;
}

/** An operation on a bucket. */
export interface BucketInput extends OperationInput {
  readonly bucket: Bucket;
}

/** An operation on an object. */
export interface ObjectInput extends BucketInput {
  readonly key: string;
}

/** An operation, found but not yet run: its permission is checked in between. */
export interface Operation {
  /** Such as `oss:GetObject`. */
  readonly action: string;
  run(input: OperationInput): Promise<Reply>;
}
