import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeZip, predictLength } from 'client-zip';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const GIB = 2 ** 30;
const SIZE = 5 * GIB;
const ZEROS = new Uint8Array(16 << 20);

/** An object of zeros. */
function zeros(size: number): ReadableStream<Uint8Array> {
  let left = size;
  return new ReadableStream({
    pull(controller) {
      const bytes = ZEROS.subarray(0, left);
      left -= bytes.length;
      controller.enqueue(bytes);
      if (left === 0) controller.close();
    },
  });
}

/** Writes a stream to a file; what is zero becomes a hole. */
async function writeSparse(file: string, stream: ReadableStream<Uint8Array>): Promise<void> {
  const handle = await open(file, 'w');
  let at = 0;
  for await (const bytes of stream) {
    const isZero = Buffer.compare(bytes, ZEROS.subarray(0, bytes.length)) === 0;
    if (!isZero) await handle.write(bytes, 0, bytes.length, at);
    at += bytes.length;
  }
  await handle.truncate(at);
  await handle.close();
}

test('the writer of ZIPs makes one with an object of 5 GiB, and one behind it, that unzip and Python read, as long as it predicts', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-'));
  try {
    const file = path.join(folder, 'large.zip');
    const objects = [
      { name: 'large.bin', size: SIZE },
      { name: 'behind/报告.txt', size: 7 },
    ];
    const inputs = [
      { name: 'large.bin', input: zeros(SIZE) },
      { name: 'behind/报告.txt', input: 'content' },
    ];
    await writeSparse(file, makeZip(inputs));
    expect(BigInt((await stat(file)).size)).toBe(predictLength(objects));
    const script =
      "import sys,zipfile,json;z=zipfile.ZipFile(sys.argv[1]);print(json.dumps([z.testzip(),[[i.filename,i.file_size] for i in z.infolist()],z.read('behind/报告.txt').decode()]))";
    const { stdout } = await run('/usr/bin/python3', ['-c', script, file]);
    expect(JSON.parse(stdout)).toEqual([null, objects.map(({ name, size }) => [name, size]), 'content']);
    expect((await run('unzip', ['-tqq', file])).stdout).toBe('');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);
