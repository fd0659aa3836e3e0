import { Failure } from '../failure.ts';

/** A refusal of STS. */
export function stsFailure(status: number, code: string, message: string): Failure {
  return new Failure({ status, code, message });
}
