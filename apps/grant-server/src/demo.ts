import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ImageLibrary, startLocalOss } from '@ossgrant/local-oss';
import { demoObjects } from './demo-objects.ts';

/** A local OSS for trying the server out, and the environment that points at it. */
export interface Demo {
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: string;
  close(): Promise<void>;
}

/** Starts a local OSS with sample objects in one bucket; shares go to a temporary folder, or to `DATABASE_URL`. */
export async function startDemo(): Promise<Demo> {
  const images = imageLibrary();
  const oss = await startLocalOss(images === undefined ? {} : { images });
  const bucket = 'demo-bucket';
  for (const { key, body, contentType } of demoObjects()) {
    await oss.put(bucket, key, body, contentType === undefined ? {} : { headers: { 'content-type': contentType } });
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'grant-server-demo-'));
  return {
    bucket,
    env: {
      ...oss.environment(),
      OSS_ENDPOINT: oss.endpoint,
      OSS_REGION: oss.region,
      GRANT_BUCKETS: bucket,
      GRANT_ROLE_ARN: oss.roleArn,
      GRANT_DATA: folder,
    },
    async close() {
      await oss.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The library that processes pictures, where it is installed, as in a clone of the repository: without it there are no thumbnails. */
function imageLibrary(): (() => Promise<ImageLibrary>) | undefined {
  try {
    import.meta.resolve('jimp');
  } catch {
    return undefined;
  }
  // Loaded with the first picture: it takes a while.
  return () => import('jimp');
}
