import type { IncomingMessage } from 'node:http';
import type { ServerContext } from '../context.ts';
import type { Address } from '../http/address.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { OssResponse } from '../http/oss-response.ts';
import type { Bucket } from '../store/object-store.ts';

/** Checks a permission. The ACL of the current version counts, unless a version is named. */
export type Authorize = (action: string, bucket?: string, key?: string, versionId?: string) => void;

/** Input of an operation. */
export interface OperationInput {
  readonly request: RawRequest;
  readonly message: IncomingMessage;
  readonly context: ServerContext;
  readonly address: Address;
  /** Whether the request carries a verified signature. */
  readonly signed: boolean;
  /** Aborted when the client is gone. */
  readonly clientGone: AbortSignal;
  /** The request's traffic limit. @default none */
  readonly bitsPerSecond?: number;
  /**
   * Checks a further permission of the caller.
   *
   * @throws Refusal 403 AccessDenied
   */
  readonly authorize: Authorize;
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
  /** The operation checks its permissions itself, because they depend on its body. @default false */
  readonly authorizesItself?: boolean;
  /** The operation creates a missing bucket. @default false */
  readonly createsBucket?: boolean;
  run(input: OperationInput): Promise<OssResponse>;
}
