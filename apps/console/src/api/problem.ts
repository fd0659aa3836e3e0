import type { Refusal } from './types.ts';

/** The server's, or `offline`. */
export type Code = Refusal['code'] | 'offline';

/** A refusal of the server, or the lack of one. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: Code;
  /** What cannot be signed. */
  readonly reason: Refusal['reason'];
  readonly requestId: string | undefined;

  constructor(code: Code, detail: string, { reason, requestId }: Partial<Refusal> = {}) {
    super(detail);
    this.code = code;
    this.reason = reason;
    this.requestId = requestId;
  }
}

/** The code of whatever was thrown. */
export function codeOf(error: unknown): Code {
  return error instanceof ApiProblem ? error.code : 'internal';
}
