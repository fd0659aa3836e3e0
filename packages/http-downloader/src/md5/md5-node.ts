import { createHash } from 'node:crypto';
import type { Md5 } from './md5.ts';

/** Starts a sum. */
export const createMd5 = (): Md5 => {
  const hash = createHash('md5');
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
};
