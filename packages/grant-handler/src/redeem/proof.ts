import { createHash } from 'node:crypto';
import type { Context as HonoContext } from 'hono';
import type { Context, Env } from '../context.ts';
import { cookieText, readCookie } from '../cookie.ts';
import { Problem } from '../problem.ts';
import { randomText } from '../random-text.ts';

const HEADER = 'x-ossgrant-use';
const PROOF = /^[\w-]{32}$/;

/** A fresh proof of use: 24 random bytes. */
export function newProof(): string {
  return randomText(24, 'base64url');
}

/** What is kept of a proof. */
export function proofId(proof: string): string {
  return createHash('sha256').update(proof).digest('hex').slice(0, 32);
}

function cookieName(context: Context): string {
  return context.secure ? '__Secure-ossgrant-use' : 'ossgrant-use';
}

/** The proof that the client chose or was given. @throws Problem for a header that is not one */
export function readProof(context: Context, c: HonoContext<Env>): string | undefined {
  const chosen = c.req.header(HEADER);
  if (chosen !== undefined) {
    if (PROOF.test(chosen)) return chosen;
    throw new Problem('invalid-use', `${HEADER} must be 24 random bytes in base64url, which is 32 characters`);
  }
  const kept = readCookie(c, cookieName(context)) ?? '';
  return PROOF.test(kept) ? kept : undefined;
}

/** Headers that hand the proof to the client, so that it can ask again for an answer that it lost. */
export function proofHeaders(context: Context, token: string, proof: string): Record<string, string> {
  const maxAge = Math.floor(context.resume.windowMs / 1000);
  const path = `${context.basePath}/d/${token}`;
  const cookie = cookieText(cookieName(context), proof, { path, maxAge, sameSite: 'Lax', secure: context.secure });
  return { [HEADER]: proof, 'set-cookie': cookie };
}
