import type { CredentialErrorCode } from '../credential-error.ts';
import { CredentialError } from '../internal.ts';

/** One guarantee of a contract. */
export interface ContractCase {
  /** The guarantee in words, for the runner's report. */
  readonly name: string;
  /** Why the case cannot run. Absent: run it. */
  readonly skip?: string;
  /** Resolves when the guarantee holds, and rejects with an Error that says what happened instead. */
  run(): Promise<void>;
}

/** Makes a case, with a time limit: a contract that is broken must not hang the runner. */
export function contractCase(name: string, run: () => Promise<void>): ContractCase {
  return { name, run: async () => within(run(), `"${name}" did not come to an end`) };
}

/** Makes a case that the options leave out. */
export function skippedCase(name: string, skip: string): ContractCase {
  return { name, skip, run: async () => {} };
}

const LIMIT_MS = 5_000;

/** Waits, with a time limit. @throws Error with this message at the limit */
export async function within<T>(promise: Promise<T>, message: string, limitMs: number = LIMIT_MS): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${message} within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws Error with this message when the condition does not hold */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Returns a promise's rejection. @throws Error when it resolves */
export async function rejectionOf(promise: Promise<unknown>, what: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  // The value is not shown: it holds a secret.
  throw new Error(`${what} must reject, but it resolved with ${value === undefined ? 'nothing' : 'a value'}`);
}

/** @throws Error when it is another error than a CredentialError with this code */
export function assertCode(
  error: unknown,
  code: CredentialErrorCode,
  retryable: boolean,
): asserts error is CredentialError {
  assert(error instanceof CredentialError, `it must be a CredentialError, and it was ${nameOf(error)}`);
  assert(error.code === code, `its code must be ${code}, and it was ${error.code}`);
  assert(error.retryable === retryable, `retryable must be ${retryable} with ${code}`);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
