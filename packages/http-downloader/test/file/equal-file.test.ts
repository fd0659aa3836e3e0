import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { expect, it } from 'vitest';
import { isEqualFile } from '../../src/file/equal-file.ts';
import { makeSocket, temporaryFolder } from '../kit.ts';

const BYTES = Buffer.alloc(3 << 20, 'content ');
const FACTS = { size: BYTES.length, crc64: crc64(BYTES) };
const never = async (): Promise<never> => expect.fail('nothing is asked for');
const idle = new AbortController().signal;

async function fileOf(bytes: Buffer): Promise<string> {
  const path = join(await temporaryFolder(), 'a.bin');
  await writeFile(path, bytes);
  return path;
}

it('compares all bytes of a file', async () => {
  const wrong = Buffer.from(BYTES);
  wrong[BYTES.length - 1] = 0;
  const options = { known: FACTS, ask: never, signal: idle };
  expect(await isEqualFile(await fileOf(BYTES), 'checksum', options)).toBe(true);
  expect(await isEqualFile(await fileOf(wrong), 'checksum', options)).toBe(false);
});

it('stops reading a file when it is aborted', async () => {
  const path = await fileOf(BYTES);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(isEqualFile(path, 'checksum', { known: FACTS, ask: never, signal })).rejects.toThrow('enough');
});

it.runIf(process.platform !== 'win32')('opens nothing but a file', async () => {
  const path = join(await temporaryFolder(), 'a.bin');
  await makeSocket(path);
  expect(await isEqualFile(path, 'checksum', { known: FACTS, ask: never, signal: idle })).toBe(false);
});
