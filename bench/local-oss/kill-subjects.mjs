// Keys that a kill may hit in the middle of a change, each with what it may hold afterwards: what was acknowledged last, or
// what was under way.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { crc64 } from '@ossgrant/crc64';
import { succeeded, utf8 } from './kill-server.mjs';

/**
 * @typedef {import('./kill-server.mjs').Call} Call
 * @typedef {{ change(call: Call): Promise<string>, check(call: Call): Promise<void> }} Subject
 */

const GONE = 'gone';
const sha256 = (/** @type {Uint8Array} */ bytes) => createHash('sha256').update(bytes).digest('hex');
const someBytes = (/** @type {number} */ max) => new Uint8Array(randomBytes(randomInt(1, max)));

/** @param {Call} call @param {import('./kill-server.mjs').Target} target */
async function read(call, target) {
  const response = await call('GET', target);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.status === 404) return undefined;
  if (response.status !== 200) throw new Error(`${target.key}: status ${response.status}`);
  if (response.headers.get('x-oss-hash-crc64ecma') !== crc64(bytes).toString())
    throw new Error(`${target.key} is torn`);
  return { bytes, response };
}

/** @param {Call} call @param {{ bucket: string, key: string }} target @param {readonly Uint8Array<ArrayBuffer>[]} parts */
async function uploadInParts(call, target, parts) {
  const { text } = await succeeded(await call('POST', { ...target, query: { uploads: null } }));
  const uploadId = /<UploadId>([^<]*)</.exec(text)?.[1] ?? '';
  let list = '';
  for (const [index, body] of parts.entries()) {
    const query = { uploadId, partNumber: String(index + 1) };
    const { response } = await succeeded(await call('PUT', { ...target, query, body }));
    list += `<Part><PartNumber>${index + 1}</PartNumber><ETag>${response.headers.get('etag')}</ETag></Part>`;
  }
  const body = utf8(`<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`);
  await succeeded(await call('POST', { ...target, query: { uploadId }, body }));
}

/** Puts, completed uploads in parts and deletes of one key. @param {string} bucket @param {string} key @returns {Subject} */
export function plainKey(bucket, key) {
  const target = { bucket, key };
  let allowed = new Set([GONE]);
  return {
    async change(call) {
      const [kind] = [['put', 'put', 'complete', 'delete'][randomInt(4)] ?? 'put'];
      const parts =
        kind === 'complete' ? [new Uint8Array(randomBytes(102_400)), someBytes(300_000)] : [someBytes(1 << 20)];
      const next = kind === 'delete' ? GONE : sha256(Buffer.concat(parts));
      allowed.add(next);
      if (kind === 'delete') await succeeded(await call('DELETE', target));
      else if (kind === 'complete') await uploadInParts(call, target, parts);
      else await succeeded(await call('PUT', { ...target, body: parts[0] ?? new Uint8Array() }));
      allowed = new Set([next]);
      return kind;
    },
    async check(call) {
      const found = await read(call, target);
      const holds = found === undefined ? GONE : sha256(found.bytes);
      if (!allowed.has(holds)) throw new Error(`${key} holds ${holds}`);
      allowed = new Set([holds]);
    },
  };
}

/** Appends to one key, which is deleted when it is long. @param {string} bucket @param {string} key @returns {Subject} */
export function appendedKey(bucket, key) {
  const target = { bucket, key };
  /** @type {Uint8Array | undefined} */
  let known;
  let allowed = new Set([GONE]);
  return {
    async change(call) {
      const before = known ?? new Uint8Array();
      const isDelete = before.length > 500_000;
      const body = someBytes(200_000);
      const after = isDelete ? undefined : new Uint8Array([...before, ...body]);
      const next = after === undefined ? GONE : sha256(after);
      allowed.add(next);
      const query = { append: null, position: String(before.length) };
      await succeeded(await (isDelete ? call('DELETE', target) : call('POST', { ...target, query, body })));
      known = after;
      allowed = new Set([next]);
      return isDelete ? 'delete' : 'append';
    },
    async check(call) {
      const found = await read(call, target);
      const holds = found === undefined ? GONE : sha256(found.bytes);
      if (!allowed.has(holds)) throw new Error(`${key} holds ${holds}`);
      known = found?.bytes;
      allowed = new Set([holds]);
    },
  };
}

/** Versions of one key, put, hidden and deleted one by one. @param {string} bucket @param {string} key @returns {Subject} */
export function versionedKey(bucket, key) {
  const target = { bucket, key };
  /** What must be there, the oldest first. @type {Map<string, string>} */
  let versions = new Map();
  /** What may be there besides, or may be there no more. */
  let [sent, going] = ['', ''];
  return {
    async change(call) {
      const oldest = versions.keys().next().value;
      if (versions.size > 4 && oldest !== undefined) {
        going = oldest;
        await succeeded(await call('DELETE', { ...target, query: { versionId: oldest } }));
        versions.delete(oldest);
        going = '';
        return 'version deleted';
      }
      const body = randomInt(5) === 0 ? undefined : someBytes(300_000);
      sent = body === undefined ? GONE : sha256(body);
      const { response } = await succeeded(
        await (body === undefined ? call('DELETE', target) : call('PUT', { ...target, body })),
      );
      versions.set(response.headers.get('x-oss-version-id') ?? '', sent);
      sent = '';
      return body === undefined ? 'marker' : 'version put';
    },
    async check(call) {
      const { text } = await succeeded(await call('GET', { bucket, query: { versions: null, prefix: key } }));
      /** @type {Map<string, string>} */
      const found = new Map();
      for (const [, kind, id = ''] of text.matchAll(/<(Version|DeleteMarker)><Key>[^<]*<\/Key><VersionId>([^<]*)</g)) {
        const version = kind === 'Version' ? await read(call, { ...target, query: { versionId: id } }) : undefined;
        if (kind === 'Version' && version === undefined) throw new Error(`${key}: version ${id} cannot be read`);
        found.set(id, version === undefined ? GONE : sha256(version.bytes));
      }
      for (const [id, hash] of versions) {
        if (found.get(id) !== hash && id !== going) throw new Error(`${key}: version ${id} is lost`);
      }
      const others = [...found].filter(([id]) => !versions.has(id));
      if (others.some(([, hash]) => hash !== sent) || others.length > 1)
        throw new Error(
          `${key} has unknown versions ${JSON.stringify(others)}; sent ${sent}; known ${JSON.stringify([...versions])}`,
        );
      // The newest is listed first.
      versions = new Map([...found].toReversed());
      [sent, going] = ['', ''];
      const current = [...versions.values()].at(-1) ?? GONE;
      const shown = await read(call, target);
      if ((shown === undefined ? GONE : sha256(shown.bytes)) !== current)
        throw new Error(`${key} shows an old version`);
    },
  };
}
