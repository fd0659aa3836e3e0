import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readPage } from '../../src/connection/list-objects.ts';
import { runCli } from '../run-cli.ts';

async function withServer(listener: RequestListener, use: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const env = (endpoint: string): Record<string, string> => ({
  OSS_REGION: 'cn-hangzhou',
  OSS_ENDPOINT: endpoint,
  OSS_ACCESS_KEY_ID: 'LTAI5tExample',
  OSS_ACCESS_KEY_SECRET: 'example-secret',
});

/** Sends without end, until the client hangs up. */
const endless =
  (status: number): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    const chunk = 'x'.repeat(65_536);
    const send = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', send);
    send();
  };

test.for([
  ['a refusal', 403, 7],
  ['a listing', 200, 1],
] as const)('%s without an end is read up to a limit', async ([, status, code]) => {
  await withServer(endless(status), async (origin) => {
    const listed = await runCli(['sign', 'oss://my-bucket/', '-r'], { env: env(origin) });
    expect(listed).toMatchObject({ code, stdout: '' });
  });
});

test('doctor --probe reads a compressed refusal up to a limit', async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000, ' '));
  const answer: RequestListener = (_, response) => {
    response.writeHead(403, { 'content-type': 'application/xml', 'content-encoding': 'gzip' }).end(bomb);
  };
  await withServer(answer, async (origin) => {
    const { code, stdout } = await runCli(['doctor', `${origin}/my-bucket/a.txt`, '--probe'], {
      env: { NODE_OPTIONS: '--max-old-space-size=64' },
    });
    expect(code).toBe(7);
    expect(stdout.length).toBeLessThan(5000);
  });
});

test('a listing that repeats a page ends with an error', async () => {
  const page =
    '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken></ListBucketResult>';
  await withServer(
    (_, response) => response.end(page),
    async (origin) => {
      const { code, stderr } = await runCli(['sign', 'oss://my-bucket/', '-r'], { env: env(origin) });
      expect(code).toBe(1);
      expect(stderr).toContain('the listing does not end');
    },
  );
});

test('a listing whose elements are never closed is read in linear time', () => {
  const text = '<Contents><Key>a</Key>'.repeat(200_000);
  expect(readPage(text).objects).toHaveLength(200_000);
});

test('a key that is not URL-encoded is refused', () => {
  expect(() => readPage('<Contents><Key>%zz</Key></Contents>')).toThrow('the listing holds an invalid key');
});
