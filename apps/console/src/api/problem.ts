/** A refusal of the server, or the lack of one. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** The server's, or `offline`. */
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(code: string, detail: string, requestId?: string) {
    super(detail);
    this.code = code;
    this.requestId = requestId;
  }
}

/** The code of whatever was thrown. */
export function codeOf(error: unknown): string {
  return error instanceof ApiProblem ? error.code : 'internal';
}
