import { failureByCode, failureByMessage } from '#runtime';
import { bareError } from '@ossgrant/credentials-core/internal';
import { DownloadError } from './download-error.ts';
import type { FailureLink, FailureMeaning } from './runtime/runtime.ts';

/**
 * Names a failure of the connection. A certificate, a proxy's refusal and an error of the platform itself stay what they are, so these
 * are final.
 *
 * @param what what failed, as a sentence to which the reason is added
 */
export function connectionError(cause: unknown, what: string): DownloadError {
  if (cause instanceof DownloadError) return cause;
  const chain = chainOf(cause);
  const {
    code,
    reason,
    retryable = false,
  } = failureByMessage(chain) ?? ofPlatform(chain) ?? failureByCode(chain) ?? ofTimers(chain);
  // The messages of the platform may repeat an address, and with it a signature.
  const safe = bareError(cause);
  const isSafe = !chain.some(({ message }) => message.includes('://'));
  return new DownloadError(reason === '' ? what : `${what}: ${reason}`, {
    code,
    retryable,
    ...(isSafe && safe !== undefined ? { cause: safe } : {}),
  });
}

// Several addresses of one host fail with an error that holds the others.
function chainOf(cause: unknown): readonly FailureLink[] {
  const chain: FailureLink[] = [];
  const visit = (error: unknown, depth: number): void => {
    if (!(error instanceof Error) || depth === 0) return;
    const code = 'code' in error ? String(error.code) : '';
    chain.push({ name: error.name, message: error.message, code });
    if (error instanceof AggregateError) for (const each of error.errors) visit(each, depth - 1);
    visit(error.cause, depth - 1);
  };
  visit(cause, 5);
  return chain;
}

const MISTAKES = new Set([
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'AssertionError',
  'InvalidArgumentError',
]);

// What the platform cannot do now it can do no better in a second.
function ofPlatform([first]: readonly FailureLink[]): FailureMeaning | undefined {
  if (first === undefined || !MISTAKES.has(first.name)) return undefined;
  const message = first.message.replaceAll(/\S+/g, (word) => (word.includes('://') ? 'the link' : word));
  return { code: 'UNSUPPORTED', reason: `this runtime cannot send the request (${first.name}: ${message})` };
}

// Timers of the transports.
const OWN_WORDS = /^no (response|bytes) within \d+ ms$/;

function ofTimers(chain: readonly FailureLink[]): FailureMeaning {
  const own = chain.find(({ code, message }) => code === '' && OWN_WORDS.test(message));
  return { code: 'NETWORK', reason: own?.message ?? '', retryable: true };
}
