import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createCrc64 } from '@ossgrant/crc64';

/** A general HTTP client without support for OSS, as a third party has it. */
export interface PlainClient {
  readonly name: string;
  /** Downloads a URL to a file; throws unless the response is 200. */
  download(url: string, path: string): Promise<void>;
}

const run = promisify(execFile);

/** curl where there is one, the platform's fetch otherwise. */
export async function findPlainClient(): Promise<PlainClient> {
  try {
    await run('curl', ['--version']);
    return curl;
  } catch {
    return fetchClient;
  }
}

const curl: PlainClient = {
  name: 'curl',
  async download(url, path): Promise<void> {
    // Passes the link on standard input: every user of the machine can read arguments.
    const child = run('curl', ['--silent', '--show-error', '--fail', '--location', '--output', path, '--config', '-']);
    child.child.stdin?.end(`url = "${url}"\n`);
    await child;
  },
};

/** The platform's fetch. */
export const fetchClient: PlainClient = {
  name: 'fetch',
  async download(url, path): Promise<void> {
    // A connection of its own, as curl has: one that was kept may be closed by the server just as the request is sent.
    const response = await fetch(url, { headers: { connection: 'close' } });
    if (response.status !== 200 || response.body === null) throw new Error(`HTTP ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(path));
  },
};

/** Size and CRC-64 of a file. */
export async function measureFile(path: string): Promise<{ readonly bytes: number; readonly crc64: bigint }> {
  const crc = createCrc64();
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    crc.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, crc64: crc.digest() };
}
