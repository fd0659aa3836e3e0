// The page's part, with ali-oss's own browser build as `OSS`. Plain JavaScript, loaded by the page itself.
/* global OSS */

const hex = async (buffer) => Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', buffer)), toHex).join('');
const toHex = (byte) => byte.toString(16).padStart(2, '0');

/** Eight times a hundred KiB, no two alike. */
const bigFile = () => new File([Uint32Array.from({ length: 204_800 }, (_, index) => index)], 'big.bin');

const OPERATIONS = {
  async put(client, key, text) {
    const { res } = await client.put(key, new Blob([text], { type: 'text/x' }), { meta: { uid: '1' } });
    return res.status;
  },
  async get(client, key) {
    const { content } = await client.get(key);
    return new TextDecoder().decode(content);
  },
  async getRange(client, key) {
    const { content, res } = await client.get(key, { headers: { Range: 'bytes=6-8' } });
    return [res.status, new TextDecoder().decode(content)];
  },
  async head(client, key) {
    const { meta, res } = await client.head(key);
    return [meta, res.headers['content-type']];
  },
  async list(client, prefix) {
    const { objects } = await client.list({ prefix, 'max-keys': 1000 });
    return objects.map(({ name }) => name);
  },
  async listV2(client, prefix) {
    const { objects } = await client.listV2({ prefix });
    return objects.map(({ name }) => name);
  },
  async copy(client, key, target) {
    await client.copy(target, key);
    return OPERATIONS.get(client, target);
  },
  async multipartUpload(client, key) {
    const file = bigFile();
    const steps = [];
    await client.multipartUpload(key, file, {
      partSize: 102_400,
      parallel: 3,
      progress: (fraction, checkpoint) => void steps.push([fraction, checkpoint?.doneParts.length]),
    });
    const { content } = await client.get(key);
    return { same: (await hex(content)) === (await hex(await file.arrayBuffer())), steps };
  },
  async resume(client, key) {
    const file = bigFile();
    let kept;
    const options = { partSize: 102_400, parallel: 1 };
    await client
      .multipartUpload(key, file, {
        ...options,
        progress(_, checkpoint) {
          kept = checkpoint;
          if (checkpoint?.doneParts.length === 3) client.cancel();
        },
      })
      .catch((error) => {
        if (error.name !== 'cancel') throw error;
      });
    const done = kept.doneParts.length;
    await client.multipartUpload(key, file, { ...options, checkpoint: kept });
    const { content } = await client.get(key);
    return { done, same: (await hex(content)) === (await hex(await file.arrayBuffer())) };
  },
  async remove(client, key) {
    await client.delete(key);
    return client.get(key).catch(({ status, code }) => [status, code]);
  },
  async append(client, key) {
    const { nextAppendPosition: position } = await client.append(key, new Blob(['hello ']));
    await client.append(key, new Blob(['world']), { position });
    return OPERATIONS.get(client, key);
  },
  async deleteMulti(client, ...keys) {
    const { deleted } = await client.deleteMulti(keys);
    return deleted.map(({ Key }) => Key);
  },
  async link(client, key, version) {
    const url = version === 'v4' ? await client.signatureUrlV4('GET', 60, {}, key) : client.signatureUrl(key);
    return (await fetch(url)).text();
  },
};

/**
 * Does one operation with a new client, which renews its credentials by those given; a refusal is given back by its code.
 */
globalThis.aliOss = async (options, operation, args, renewed) => {
  const renewing = { refreshSTSToken: async () => renewed, refreshSTSTokenInterval: 0 };
  try {
    return await OPERATIONS[operation](new OSS({ ...options, ...(renewed && renewing) }), ...args);
  } catch ({ name, code, status }) {
    return { refused: code ?? name, status };
  }
};
