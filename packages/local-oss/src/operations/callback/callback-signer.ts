import { createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { CallbackSigner } from '../../context.ts';

/** Path of the public key on every server. It cannot be a bucket: bucket names have no dots. */
export const PUBLIC_KEY_PATH = '/callback_pub_key_v1.pem';

/** Creates a signer. Its key is generated on first use, which takes longer than the server's start. */
export function createCallbackSigner(): CallbackSigner {
  let made: Promise<KeyObject> | undefined;
  const privateKey = (): Promise<KeyObject> => (made ??= makeKey());
  return {
    publicKey: async () =>
      createPublicKey(await privateKey())
        .export({ type: 'spki', format: 'pem' })
        .toString(),
    sign: async (text) => sign('md5', Buffer.from(text), await privateKey()).toString('base64'),
  };
}

async function makeKey(): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey;
}
