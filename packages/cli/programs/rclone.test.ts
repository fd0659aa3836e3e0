import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ossTest } from '@ossgrant/local-oss/vitest';
import { expect } from 'vitest';
import { runCli } from '../test/run-cli.ts';
import { hasProgram, runProgram } from './run-program.ts';

const FACTS = {
  'content-length': 8,
  etag: '"0123456789abcdef0123456789abcdef"',
  'last-modified': 'Mon, 02 Feb 2026 01:02:03 GMT',
};
const HOST = 'oss-cn-hangzhou.aliyuncs.com';

// local-oss does not know S3's signature: another server takes its place, or as a proxy that of OSS, and keeps what it is asked for.
ossTest.skipIf(!hasProgram('rclone')).for<[string, string]>([
  ['in the path', ''],
  ['in the host', `http://my-bucket.${HOST}`],
])(
  'rclone fetches an object with the remote of grant, the bucket %s, and looks for no bucket',
  async ([, origin], { oss }) => {
    const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-rclone-'));
    const asked = new Set<string>();
    const keys = new Set<string>();
    const tokens = new Set<unknown>();
    const server = createServer((request, response) => {
      asked.add(`${request.method} ${request.url?.split('?')[0]}`);
      keys.add(/^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '');
      tokens.add(request.headers['x-amz-security-token']);
      response.writeHead(200, FACTS).end(request.method === 'HEAD' ? undefined : 'a report');
    }).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const args = ['grant', 'oss://my-bucket/a/', '-f', 'rclone'];
      const there = origin === '' ? [] : ['--endpoint', `http://${HOST}`];
      const { stdout } = await runCli([...args, ...there], { env: oss.environment(), showsSecrets: true });
      const remote = stdout.replace(oss.endpoint, url);
      await writeFile(path.join(cwd, 'rclone.conf'), remote);
      // The entity tag is not the MD5 of these bytes.
      const copy = ['copyto', 'ossgrant:my-bucket/a/report.txt', 'report.txt', '--ignore-checksum'];
      await runProgram('env', [`HTTP_PROXY=${url}`, 'rclone', '--config', 'rclone.conf', ...copy], cwd);
      expect(await readFile(path.join(cwd, 'report.txt'), 'utf8')).toBe('a report');
      const object = origin === '' ? '/my-bucket/a/report.txt' : `${origin}/a/report.txt`;
      expect(asked).toEqual(new Set([`HEAD ${object}`, `GET ${object}`]));
      const field = (name: string): string | undefined => new RegExp(`^${name} = (.+)$`, 'm').exec(remote)?.[1];
      expect([...keys]).toEqual([field('access_key_id')]);
      expect([...tokens]).toEqual([field('session_token')]);
    } finally {
      server.closeAllConnections();
      server.close();
      await rm(cwd, { recursive: true, force: true });
    }
  },
);
