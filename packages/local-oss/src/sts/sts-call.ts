import type { Identity } from '../auth/identity.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { ServerContext } from '../server-context.ts';

/** A verified STS call. */
export interface StsCall {
  readonly request: RawRequest;
  /** Business parameters, decoded; query and form body together. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly caller: Identity;
  readonly context: ServerContext;
  /** Leaves lines for the journal. */
  note(lines: readonly string[]): void;
}
