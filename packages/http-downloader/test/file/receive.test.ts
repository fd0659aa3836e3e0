import { describe, expect, it } from 'vitest';
import { createWriter } from '../../src/file/receive.ts';
import { plainBlocks } from '../../src/transport/transport.ts';

const BYTES = Buffer.from('x');

/** A disk whose writes end when the test says so. */
function slowDisk() {
  const writes: { readonly position: number; readonly done: () => void; readonly fail: (error: Error) => void }[] = [];
  const file = {
    write: (buffer: Uint8Array, _: number, length: number, position: number) =>
      new Promise((resolve, fail) => {
        writes.push({ position, fail, done: () => resolve({ bytesWritten: length, buffer }) });
      }),
  };
  return { file: file as never, writes };
}

const turns = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('writing what is received', () => {
  it('has two writes under way at most', async () => {
    const { file, writes } = slowDisk();
    const writer = createWriter(file, plainBlocks);
    await writer.write(BYTES, 0, () => {});
    await writer.write(BYTES, 1, () => {});
    const third = writer.write(BYTES, 2, () => {});
    await turns();
    expect(writes).toHaveLength(2);
    writes[0]?.done();
    await third;
    expect(writes).toHaveLength(3);
  });

  it('reports a write only when those before it are done, too', async () => {
    const { file, writes } = slowDisk();
    const writer = createWriter(file, plainBlocks);
    const reported: number[] = [];
    await writer.write(BYTES, 0, () => reported.push(0));
    await writer.write(BYTES, 1, () => reported.push(1));
    writes[1]?.done();
    await turns();
    expect(reported).toEqual([]);
    writes[0]?.done();
    await writer.finish();
    expect(reported).toEqual([0, 1]);
  });

  it('fails with the first failure, and is settled when no write is under way', async () => {
    const { file, writes } = slowDisk();
    const writer = createWriter(file, plainBlocks);
    const reported: number[] = [];
    await writer.write(BYTES, 0, () => reported.push(0));
    await writer.write(BYTES, 1, () => reported.push(1));
    let settled = false;
    const settling = writer.settle().then(() => (settled = true));
    writes[0]?.fail(Object.assign(new Error('x'), { code: 'EIO' }));
    await turns();
    expect(settled).toBe(false);
    writes[1]?.done();
    await settling;
    await expect(writer.finish()).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    await expect(writer.write(BYTES, 2, () => {})).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(reported).toEqual([]);
  });
});
