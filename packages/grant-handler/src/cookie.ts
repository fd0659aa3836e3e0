import type { Context as HonoContext } from 'hono';
import type { Env } from './context.ts';

/** Where and for how long a browser keeps a cookie. It is HttpOnly: no script needs one of ours. */
export interface CookieOptions {
  readonly path: string;
  readonly maxAge: number;
  readonly sameSite: 'Strict' | 'Lax';
  readonly secure: boolean;
}

/** The value of a cookie; the first one of its name. */
export function readCookie(c: HonoContext<Env>, name: string): string | undefined {
  const pairs = (c.req.header('cookie') ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The header `set-cookie`; the name and the value need no encoding. */
export function cookieText(name: string, value: string, options: CookieOptions): string {
  const { path, maxAge, sameSite, secure } = options;
  const text = `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=${sameSite}`;
  return secure ? `${text}; Secure` : text;
}
