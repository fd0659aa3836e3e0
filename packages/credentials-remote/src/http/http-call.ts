/** One small HTTP call. */
export interface HttpCall {
  readonly url: string;
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Its answer, with the body read. */
export interface HttpAnswer {
  /** 0 for a redirect that the platform hides. */
  readonly status: number;
  readonly body: string;
  /** The `Date` header, as it came. */
  readonly date?: string;
}

/** Makes a call. Follows no redirect. Throws whatever the platform throws, or `BodyTooLarge`. */
export type SendHttp = (call: HttpCall) => Promise<HttpAnswer>;

/** Longest body that is read, in bytes: credentials need about two thousand. */
export const MAX_BODY_BYTES = 65_536;

/** Thrown for a body that is longer than `MAX_BODY_BYTES`. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}
