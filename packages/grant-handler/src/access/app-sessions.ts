import type { Subject } from '../grant-handler.ts';
import { Problem } from '../problem.ts';

/** Options of `createAppSessions`. */
export interface AppSessionOptions {
  /** As the handler's: a change must come from a page of its origin, or of `origins`. */
  readonly publicUrl: string;
  /** Further origins whose pages may make changes with the session, such as `https://app.example.com`. @default none */
  readonly origins?: readonly string[];
  /** Whose session it is; `undefined` for none. Read the request's cookies, never what a client may set freely. */
  readonly subjectOf: (request: Request) => Promise<Subject | undefined>;
}

/**
 * Makes an `authenticate` of the sessions that the application around the handler keeps. Browsers send their cookies with
 * the requests of foreign pages too, so whatever is not GET or HEAD also needs the `Origin` of a page that is trusted.
 *
 * @throws TypeError for an origin that cannot be one
 */
export function createAppSessions({ publicUrl, origins = [], subjectOf }: AppSessionOptions): {
  readonly authenticate: (request: Request) => Promise<Subject | undefined>;
} {
  const allowed = new Set([new URL(publicUrl).origin, ...origins.map(originOf)]);
  return {
    async authenticate(request) {
      const subject = await subjectOf(request);
      if (subject === undefined || request.method === 'GET' || request.method === 'HEAD') return subject;
      if (allowed.has(request.headers.get('origin') ?? '')) return subject;
      throw new Problem(
        'not-allowed',
        'a browser must send this request from a page that is trusted: its Origin differs',
      );
    },
  };
}

function originOf(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw new TypeError(`"${text}" must be an origin such as "https://app.example.com", without a path`);
}
