import type { ConditionFacts } from '../access/conditions.ts';
import type { Identity } from '../access/identity.ts';
import type { ServerContext } from '../context.ts';
import { Refusal } from '../http/refusal.ts';
import type { RawRequest } from '../http/raw-request.ts';

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

/** A refusal of STS. */
export function stsRefusal(status: number, code: string, message: string): Refusal {
  return new Refusal({ status, code, message });
}

/** @throws Refusal `Missing<name>` when a parameter is absent or empty */
export function required(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (!value) throw stsRefusal(400, `Missing${name}`, `${name} is mandatory for this action.`);
  return value;
}

/** An instant as STS writes it: to the second. */
export function isoSeconds(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}

/** Facts about an STS call that conditions may test. */
export function callFacts({ context, request }: StsCall): ConditionFacts {
  return new Map([
    ['acs:CurrentTime', context.clock.now().toISOString()],
    ['acs:SourceIp', request.remoteAddress],
    ['acs:SecureTransport', String(request.secure)],
  ]);
}
