// What each runtime does with the packages as they are packed: sign a link, download by it with the checksum compared, and get
// temporary credentials that download. It is copied into the stranger's project.
import { toProvider } from '@ossgrant/credentials-core';
import { allowDownload, assumeRole } from '@ossgrant/credentials-sts';
import { downloadToMemory, fromObject, fromUrl } from '@ossgrant/http-downloader';
import { createPresigner } from '@ossgrant/url-presigner';

const OBJECT = { bucket: 'my-bucket', key: 'report.pdf' };

/**
 * @param {{ endpoint: string, region: string, owner: import('@ossgrant/credentials-core').Credentials, roleArn: string }} server
 * @returns {Promise<Record<'sign' | 'download' | 'grant', string>>} `ok`, or why not
 */
export async function smoke({ endpoint, region, owner, roleArn }) {
  const link = async () => {
    const presigner = createPresigner({ endpoint, region, bucket: OBJECT.bucket, credentials: owner });
    return (await presigner.presign({ key: OBJECT.key, expiresIn: '15m' })).url;
  };
  return {
    sign: await outcome(async () => {
      const { status } = await fetch(await link());
      if (status !== 200) throw new Error(`the link was refused: ${status}`);
    }),
    download: await outcome(async () => {
      assertChecked(await downloadToMemory(fromUrl(await link()), { maxBytes: 1 << 20 }));
    }),
    grant: await outcome(async () => {
      const role = { caller: owner, roleArn, endpoint, sessionName: 'smoke', scope: allowDownload(OBJECT) };
      const credentials = toProvider(assumeRole(role));
      assertChecked(
        await downloadToMemory(fromObject({ endpoint, region, ...OBJECT, credentials }), { maxBytes: 1 << 20 }),
      );
    }),
  };
}

/** @param {{ verified: string }} result */
function assertChecked({ verified }) {
  if (verified !== 'crc64') throw new Error(`the checksum was not compared: ${verified}`);
}

/** @param {() => Promise<void>} action */
async function outcome(action) {
  try {
    await action();
    return 'ok';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
