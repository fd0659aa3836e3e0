import type { CredentialSource, FetchContext, FetchedCredentials } from '../../src/contracts.ts';
import { CredentialError } from '../../src/credential-error.ts';

/** A source whose answers the test gives, one for each fetch. */
export interface ScriptedSource extends CredentialSource {
  readonly contexts: readonly FetchContext[];
  /** Answers the oldest fetch that waits, and lets everybody who waits for it go on. */
  answer(credentials: FetchedCredentials): Promise<void>;
  fail(error: unknown): Promise<void>;
}

export function createScriptedSource(name = 'scripted'): ScriptedSource {
  const contexts: FetchContext[] = [];
  const waiting: PromiseWithResolvers<FetchedCredentials>[] = [];
  const oldest = async (): Promise<PromiseWithResolvers<FetchedCredentials>> => {
    await settle();
    const next = waiting.shift();
    if (next === undefined) throw new Error('no fetch waits for an answer');
    return next;
  };
  return {
    name,
    contexts,
    fetch(context) {
      contexts.push(context);
      const answer = withResolvers<FetchedCredentials>();
      waiting.push(answer);
      return answer.promise;
    },
    async answer(credentials) {
      (await oldest()).resolve(credentials);
      await settle();
    },
    async fail(error) {
      (await oldest()).reject(error);
      await settle();
    },
  };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Runs every callback that is ready. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** The n-th key of an issuer. */
export function key(n: number, expiration?: Date): FetchedCredentials {
  const pair = { accessKeyId: `STS.key${n}`, accessKeySecret: `secret${n}`, securityToken: `token${n}` };
  return { ...pair, ...(expiration === undefined ? {} : { expiration }) };
}

export const unavailable = (): CredentialError =>
  new CredentialError('the issuer is down', { code: 'UNAVAILABLE', retryable: true });
