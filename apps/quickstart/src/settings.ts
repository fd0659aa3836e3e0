import type { CredentialInput } from '@ossgrant/credentials-core';
import type { EndpointOptions } from '@ossgrant/signer-core';

/** The object that the demo hands to a third party, and who owns it. */
export interface Settings extends EndpointOptions {
  readonly bucket: string;
  readonly key: string;
  /** The owner's key: signs links and calls AssumeRole, and goes nowhere else. */
  readonly owner: CredentialInput;
  /** Absent: temporary credentials are not shown. */
  readonly roleArn?: string;
  readonly stsEndpoint?: string;
  /** What every download is compared with. */
  readonly size: number;
  readonly crc64: bigint | undefined;
  /** The server's clock: of the local server, or the real one. */
  readonly now: () => Date;
  /** Moves the local server's clock; absent for the real service. */
  readonly advance?: (ms: number) => void;
  /** Whether the links that are printed would work elsewhere. */
  readonly realLinks: boolean;
}
