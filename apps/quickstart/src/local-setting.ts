import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signHeadersV4 } from '@ossgrant/signer-core';
import { Agent } from 'undici';
import { measureFile } from './plain-client.ts';
import { megabytes, type Report } from './report.ts';
import type { Settings } from './settings.ts';

const BUCKET = 'quickstart';

/** A local server that holds the file in a private bucket. */
export interface LocalSetting {
  readonly settings: Settings;
  close(): Promise<void>;
}

/** Starts local-oss, uploads the file as the owner, and shows that an anonymous request cannot read it. */
export async function prepareLocal(file: string, report: Report): Promise<LocalSetting> {
  const { bytes: size, crc64 } = await measureFile(file);
  const oss = await startLocalOss();
  try {
    const key = `files/${basename(file)}`;
    report.note(`object    ${key}, ${megabytes(size)}`);
    report.note(`server    local-oss at ${oss.endpoint}: verifies every signature`);
    report.section('The owner uploads to a private bucket');
    await oss.createBucket(BUCKET);
    const settings: Settings = {
      endpoint: oss.endpoint,
      region: oss.region,
      bucket: BUCKET,
      key,
      owner: oss.owner,
      roleArn: oss.roleArn,
      stsEndpoint: oss.endpoint,
      size,
      crc64,
      now: () => oss.clock.now(),
      advance: (ms) => oss.clock.advance(ms),
      realLinks: false,
    };
    const stored = await upload(oss, settings, file);
    report.check(stored === String(crc64), `uploaded ${megabytes(size)}; the server's CRC-64 matches: ${stored}`);
    await showAnonymous(oss, settings, report);
    return { settings, close: () => oss.close() };
  } catch (error) {
    await oss.close();
    throw error;
  }
}

async function upload(oss: LocalOss, settings: Settings, file: string): Promise<string | undefined> {
  const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
  const { bucket, key } = settings;
  const signed = signHeadersV4({ method: 'PUT', endpoint, bucket, key }, oss.owner, { date: settings.now() });
  const agent = new Agent();
  try {
    const response = await agent.request({
      origin: signed.origin,
      path: signed.path,
      method: 'PUT',
      headers: { ...signed.headers, 'content-length': String(settings.size) },
      body: createReadStream(file, { highWaterMark: 1 << 20 }),
    });
    await response.body.dump();
    return response.headers['x-oss-hash-crc64ecma'] as string | undefined;
  } finally {
    await agent.close();
  }
}

async function showAnonymous(oss: LocalOss, settings: Settings, report: Report): Promise<void> {
  const key = settings.key.split('/').map(encodeURIComponent).join('/');
  const response = await fetch(`${oss.endpoint}/${BUCKET}/${key}`);
  const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];
  report.check(
    response.status === 403 && code === 'AccessDenied',
    `a GET without a signature is refused: ${response.status} ${code}`,
  );
}
