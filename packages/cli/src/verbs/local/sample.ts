import { randomBytes } from 'node:crypto';
import type { LocalOss } from '@ossgrant/local-oss';

const BUCKET = 'my-bucket';
const LARGE_BYTES = 32 * 1024 * 1024;

/** Puts something to try into a server. @returns what is there, in words */
export async function putSample(oss: LocalOss): Promise<string> {
  await oss.put(BUCKET, 'report.pdf', '%PDF-1.4\n% a report, for a browser\n');
  await oss.put(BUCKET, 'team-a/notes.txt', 'notes of team a\n');
  await oss.put(BUCKET, 'team-b/notes.txt', 'notes of team b\n');
  // Large enough to be fetched in parts, and to be broken off.
  await oss.put(BUCKET, 'large.bin', randomBytes(LARGE_BYTES));
  return `oss://${BUCKET}/ has report.pdf, team-a/notes.txt, team-b/notes.txt and large.bin (32 MiB)`;
}
