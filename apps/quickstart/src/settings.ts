import type { CredentialInput } from '@ossgrant/credentials-core';
import type { EndpointOptions } from '@ossgrant/signer-core';

/** The object that the demo hands to a third party, and its owner. */
export interface Settings extends EndpointOptions {
  readonly bucket: string;
  readonly key: string;
  /** The owner's key: signs links and calls AssumeRole, and is never passed on. */
  readonly owner: CredentialInput;
  /** Without it, the demo skips temporary credentials. */
  readonly roleArn?: string;
  readonly stsEndpoint?: string;
  /** Size and CRC-64 that every download must have. */
  readonly size: number;
  readonly crc64: bigint | undefined;
  /** The server's clock: of the local server, or the real one. */
  readonly now: () => Date;
  /** Moves the local server's clock; absent for the real service. */
  readonly advance?: (ms: number) => void;
  /** Whether the printed links would work on other machines. */
  readonly realLinks: boolean;
}
