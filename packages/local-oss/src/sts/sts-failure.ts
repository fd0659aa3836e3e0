import { Failure } from '../failure.ts';

/** A refusal of STS. */
export function stsFailure(status: number, code: string, message: string): Failure {
  return new Failure({ status, code, message });
}

/** @throws Failure `Missing<name>` when a parameter is absent or empty */
export function required(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (!value) throw stsFailure(400, `Missing${name}`, `${name} is mandatory for this action.`);
  return value;
}
