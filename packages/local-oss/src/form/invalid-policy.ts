import { Failure } from '../failure.ts';

/** 400 InvalidPolicyDocument. */
export function invalidPolicy(reason: string, ec: string): Failure {
  return new Failure({ status: 400, code: 'InvalidPolicyDocument', message: `Invalid Policy: ${reason}`, ec });
}
