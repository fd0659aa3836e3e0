import type { Context as HonoContext } from 'hono';
import type { Env } from '../context.ts';
import { Problem } from '../problem.ts';

/** Whether a page's form was sent. */
export function isForm(c: HonoContext<Env>): boolean {
  const type = c.req.header('content-type') ?? '';
  return /^(?:application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type);
}

/** The password in a form, or in a body such as `{"password": "..."}`. @throws Problem for any other body */
export async function readPassword(c: HonoContext<Env>): Promise<string | undefined> {
  if (isForm(c)) {
    const { password } = await c.req.parseBody();
    return typeof password === 'string' && password !== '' ? password : undefined;
  }
  const text = await c.req.text();
  if (text === '') return undefined;
  try {
    const { password } = JSON.parse(text) as { password?: unknown };
    if (password === undefined || typeof password === 'string') return password;
  } catch {
    // Said below.
  }
  throw new Problem('invalid-request', 'the body must be JSON such as {"password": "..."}, a form, or empty');
}
