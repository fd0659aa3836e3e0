import type { Clock, FetchContext } from '@ossgrant/credentials-core';

/** What a fake STS answers, one for each call. */
export interface StsReply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A transport that answers from a list and writes down what it was sent. */
export interface FakeSts {
  readonly fetch: typeof fetch;
  readonly forms: readonly URLSearchParams[];
  /** Waits that were asked for, in milliseconds. */
  readonly waits: readonly number[];
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Answers in turn; the last answer is repeated. An Error is a network that fails. */
export function fakeSts(...replies: readonly (StsReply | Error)[]): FakeSts {
  const forms: URLSearchParams[] = [];
  const waits: number[] = [];
  return {
    forms,
    waits,
    async sleep(ms) {
      waits.push(ms);
    },
    async fetch(_input, init) {
      const reply = replies[Math.min(forms.length, replies.length - 1)] ?? {};
      forms.push(new URLSearchParams(init?.body as string));
      if (reply instanceof Error) throw reply;
      const { status = 200, body = granted(), headers = {} } = reply;
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });
    },
  };
}

export const NOW = Date.UTC(2026, 0, 1);
export const clock: Clock = { now: () => NOW, monotonic: () => 0 };
export const context: FetchContext = { signal: new AbortController().signal, clock };

/** An answer that gives credentials for an hour. */
export const granted = (n = 1): object => ({
  Credentials: {
    AccessKeyId: `STS.id${n}`,
    AccessKeySecret: `secret${n}`,
    SecurityToken: `token${n}`,
    Expiration: '2026-01-01T01:00:00Z',
  },
});
export const refusal = (Code: string, status = 400, headers = {}): StsReply => ({
  status,
  headers,
  body: { Code, Message: 'no', RequestId: 'REQUEST' },
});
export const session = {
  caller: { accessKeyId: 'id', accessKeySecret: 'caller-secret' },
  roleArn: 'acs:ram::1:role/reader',
  sessionName: 'alice',
  scope: 'whole-role',
} as const;
