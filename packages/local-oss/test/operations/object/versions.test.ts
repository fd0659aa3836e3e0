import { beforeEach, afterEach, expect, it } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { assume, call, policy, send, type Answer, type Ask } from '../../kit.ts';

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('old-bucket', 'a', 'first');
});
afterEach(() => oss.close());

const ask = (extra: Partial<Ask> = {}, body?: string): Promise<Answer> =>
  call(oss, { bucket: 'old-bucket', key: 'a', scheme: 'v4-header', ...extra }, body);
const ofBucket = (method: string, query: Ask['query'] & object, body?: string): Promise<Answer> =>
  call(oss, { method, bucket: 'old-bucket', query, scheme: 'v4-header' }, body);
const setVersioning = (status: string): Promise<Answer> =>
  ofBucket(
    'PUT',
    { versioning: null },
    `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  );
const idOf = ({ headers }: Answer): string => String(headers['x-oss-version-id']);
const put = async (body: string, extra: Partial<Ask> = {}): Promise<string> =>
  idOf(await ask({ method: 'PUT', ...extra }, body));
const remove = (query: Ask['query'] & object = {}): Promise<Answer> => ask({ method: 'DELETE', query });

it('says nothing of versions until versioning is enabled, and says which it is from then on', async () => {
  expect((await ask()).headers).not.toHaveProperty('x-oss-version-id');
  expect((await remove({ versionId: 'null' })).headers).not.toHaveProperty('x-oss-version-id');
  expect((await ofBucket('GET', { versioning: null })).text).toContain(
    '<VersioningConfiguration></VersioningConfiguration>',
  );
  for (const status of ['Enabled', 'Suspended', 'Enabled']) {
    expect((await setVersioning(status)).status).toBe(200);
    expect((await ofBucket('GET', { versioning: null })).text).toContain(`<Status>${status}</Status>`);
  }
  expect((await setVersioning('Off')).code).toBe('MalformedXML');
});

it('keeps each version, serves the newest, and every other by its id', async () => {
  await setVersioning('Enabled');
  const [second, third] = [await put('second'), await put('third')];
  expect(second).not.toBe(third);
  const current = await ask();
  expect([current.text, idOf(current)]).toEqual(['third', third]);
  for (const [versionId, text] of [
    ['null', 'first'],
    [second, 'second'],
    [third, 'third'],
  ] as const) {
    const read = await ask({ query: { versionId } });
    expect([read.text, idOf(read)]).toEqual([text, versionId]);
    const head = await ask({ method: 'HEAD', query: { versionId } });
    expect([head.headers['content-length'], idOf(head)]).toEqual([String(text.length), versionId]);
    expect(idOf(await ask({ method: 'HEAD', query: { objectMeta: null, versionId } }))).toBe(versionId);
  }
  expect(await ask({ query: { versionId: 'CAEQ' } })).toMatchObject({ status: 404, code: 'NoSuchVersion' });
});

it('hides an object behind a delete marker, and shows it again when the marker is deleted', async () => {
  await setVersioning('Enabled');
  await put('second');
  const deleted = await remove();
  expect([deleted.status, deleted.headers['x-oss-delete-marker']]).toEqual([204, 'true']);
  const marker = idOf(deleted);
  expect(await ask()).toMatchObject({
    status: 404,
    code: 'NoSuchKey',
    headers: { 'x-oss-delete-marker': 'true', 'x-oss-version-id': marker },
  });
  for (const method of ['GET', 'HEAD']) {
    expect(await ask({ method, query: { versionId: marker } })).toMatchObject({
      status: 405,
      code: 'MethodNotAllowed',
      headers: { 'x-oss-delete-marker': 'true', allow: 'DELETE' },
    });
  }
  for (const query of [{ tagging: null }, { acl: null }]) {
    expect((await ask({ query: { ...query, versionId: marker } })).code).toBe('NoSuchKey');
  }
  expect((await ofBucket('GET', {})).text).not.toContain('<Key>');
  const undone = await remove({ versionId: marker });
  expect([undone.status, idOf(undone), undone.headers['x-oss-delete-marker']]).toEqual([204, marker, 'true']);
  expect((await ask()).text).toBe('second');
});

it('deletes one version for good, and makes the one before it current', async () => {
  await setVersioning('Enabled');
  const second = await put('second');
  const answer = await remove({ versionId: second });
  expect([answer.status, idOf(answer)]).toEqual([204, second]);
  expect(answer.headers).not.toHaveProperty('x-oss-delete-marker');
  expect((await ask()).text).toBe('first');
  expect((await ask({ query: { versionId: second } })).code).toBe('NoSuchVersion');
  expect(idOf(await remove({ versionId: second }))).toBe(second);
});

it('writes over the version called null while versioning is suspended, and keeps the others', async () => {
  await setVersioning('Enabled');
  const second = await put('second');
  await setVersioning('Suspended');
  expect([await put('third'), await put('fourth')]).toEqual(['null', 'null']);
  expect((await ask()).text).toBe('fourth');
  expect((await ask({ query: { versionId: second } })).text).toBe('second');
  expect(idOf(await remove())).toBe('null');
  expect((await ask()).code).toBe('NoSuchKey');
  expect((await ask({ query: { versionId: 'null' } })).status).toBe(405);
  await remove({ versionId: 'null' });
  expect((await ask()).text).toBe('second');
});

it('copies a version, also over its own object, and names both versions', async () => {
  await setVersioning('Enabled');
  const second = await put('second');
  const marker = idOf(await remove());
  const copy = (versionId: string): Promise<Answer> =>
    ask({ method: 'PUT', headers: { 'x-oss-copy-source': `/old-bucket/a?versionId=${versionId}` } });
  const copied = await copy('null');
  expect(copied.headers['x-oss-copy-source-version-id']).toBe('null');
  const read = await ask();
  expect([read.text, idOf(read)]).toEqual(['first', idOf(copied)]);
  expect((await ask({ query: { versionId: second } })).text).toBe('second');
  expect(await copy(marker)).toMatchObject({ status: 400, code: 'InvalidArgument', ec: '0016-00000307' });
  expect(await copy('CAEQ')).toMatchObject({ status: 404, code: 'NoSuchVersion' });
});

it('makes a version of an upload in parts, of a symlink and of a form; an append goes on with its version', async () => {
  await setVersioning('Enabled');
  const begun = await ask({ method: 'POST', query: { uploads: null } });
  const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
  await ask({ method: 'PUT', query: { uploadId, partNumber: '1' } }, 'parts');
  const all = { 'x-oss-complete-all': 'yes', 'x-oss-forbid-overwrite': 'true' };
  const completed = idOf(await ask({ method: 'POST', query: { uploadId }, headers: all }));
  expect((await ask({ query: { versionId: completed } })).text).toBe('parts');
  const target = { 'x-oss-symlink-target': 'target' };
  const linked = idOf(await ask({ method: 'PUT', query: { symlink: null }, headers: target }));
  const link = await ask({ query: { symlink: null, versionId: linked } });
  expect([link.headers['x-oss-symlink-target'], idOf(link)]).toEqual(['target', linked]);
  const append = (position: string): Promise<Answer> =>
    ask({ method: 'POST', key: 'log', query: { append: null, position } }, 'xyz');
  const appended = idOf(await append('0'));
  expect(appended).not.toBe('null');
  expect(idOf(await append('3'))).toBe(appended);
  const replaced = await put('new', { key: 'log' });
  expect((await append('6')).code).toBe('ObjectNotAppendable');
  expect((await ask({ key: 'log', query: { versionId: appended } })).text).toBe('xyzxyz');
  await remove();
  expect((await ask({ method: 'POST', query: { append: null, position: '0' } }, 'x')).code).toBe('ObjectNotAppendable');
  expect(replaced).not.toBe('null');
});

it('tags, protects and restores one version, and leaves the others', async () => {
  await setVersioning('Enabled');
  const archived = await put('second', { headers: { 'x-oss-storage-class': 'Archive' } });
  await put('third');
  const versionId = 'null';
  const tags = '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>';
  expect(idOf(await ask({ method: 'PUT', query: { tagging: null, versionId } }, tags))).toBe('null');
  expect((await ask({ query: { tagging: null, versionId } })).text).toContain('<Key>k</Key>');
  expect((await ask({ query: { tagging: null } })).text).not.toContain('<Key>');
  await ask({ method: 'PUT', query: { acl: null, versionId }, headers: { 'x-oss-object-acl': 'public-read' } });
  const anonymous = async (path: string): Promise<number> =>
    (await send(oss, { method: 'GET', path: `/old-bucket/a${path}`, headers: {} })).status;
  expect([await anonymous(''), await anonymous('?versionId=null')]).toEqual([403, 200]);
  expect((await ask({ query: { versionId: archived } })).code).toBe('InvalidObjectState');
  expect((await ask({ method: 'POST', query: { restore: null, versionId: archived } })).status).toBe(202);
  oss.clock.advance(60_000);
  expect((await ask({ query: { versionId: archived } })).text).toBe('second');
});

it('deletes many versions and markers in one request', async () => {
  await setVersioning('Enabled');
  const { createHash } = await import('node:crypto');
  const many = (inner: string): Promise<Answer> => {
    const body = `<Delete>${inner}</Delete>`;
    const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
    return call(
      oss,
      { method: 'POST', bucket: 'old-bucket', query: { delete: null }, headers, scheme: 'v4-header' },
      body,
    );
  };
  const made = await many('<Object><Key>a</Key></Object>');
  const marker = /<DeleteMarkerVersionId>([^<]*)</.exec(made.text)?.[1] ?? '';
  expect(made.text).toContain(
    `<Deleted><Key>a</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${marker}<`,
  );
  const named = (id: string): string => `<Object><Key>a</Key><VersionId>${id}</VersionId></Object>`;
  const gone = await many(named('null') + named(marker));
  expect(gone.text).toContain('<Deleted><Key>a</Key><VersionId>null</VersionId></Deleted>');
  expect(gone.text).toContain(`<VersionId>${marker}</VersionId><DeleteMarker>true</DeleteMarker>`);
  expect((await ofBucket('GET', { versions: null })).text).not.toContain('<Key>');
});

it('asks for another right for a version than for the object', async () => {
  await setVersioning('Enabled');
  const roleArn = oss.addRole({ name: 'all', policies: [policy({ Effect: 'Allow', Action: 'oss:*', Resource: '*' })] });
  const only = (Action: string) => assume(oss, { roleArn, policy: policy({ Effect: 'Allow', Action, Resource: '*' }) });
  const version = { versionId: 'null' };
  for (const [action, versionAction, request] of [
    ['oss:GetObject', 'oss:GetObjectVersion', {}],
    ['oss:DeleteObject', 'oss:DeleteObjectVersion', { method: 'DELETE' }],
    ['oss:GetObjectAcl', 'oss:GetObjectVersionAcl', { query: { acl: null } }],
    ['oss:GetObjectTagging', 'oss:GetObjectVersionTagging', { query: { tagging: null } }],
    ['oss:DeleteObjectTagging', 'oss:DeleteObjectVersionTagging', { method: 'DELETE', query: { tagging: null } }],
    ['oss:RestoreObject', 'oss:RestoreObjectVersion', { method: 'POST', query: { restore: null } }],
  ] as const) {
    const query = 'query' in request ? request.query : {};
    const named = { ...request, query: { ...query, ...version } };
    expect(await ask({ ...named, credentials: await only(action) })).toMatchObject({ status: 403 });
    expect((await ask({ ...named, credentials: await only(versionAction) })).status).not.toBe(403);
  }
  const source = (id: string) => ({ 'x-oss-copy-source': `/old-bucket/a?versionId=${id}` });
  const copier = await only('oss:*Object');
  expect((await ask({ method: 'PUT', key: 'b', headers: source('null'), credentials: copier })).status).toBe(403);
  const lister = { bucket: 'old-bucket', query: { versions: null }, scheme: 'v4-header' } as const;
  expect((await call(oss, { ...lister, credentials: await only('oss:ListObjects') })).status).toBe(403);
  expect((await call(oss, { ...lister, credentials: await only('oss:ListObjectVersions') })).status).toBe(200);
});

it('keeps a bucket that has a version or a delete marker from being deleted', async () => {
  await setVersioning('Enabled');
  const marker = idOf(await remove());
  for (const versionId of ['null', marker]) {
    expect(await ofBucket('DELETE', {})).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
    await remove({ versionId });
  }
  expect((await ofBucket('DELETE', {})).status).toBe(204);
});

it('does not know an upload to a version', async () => {
  expect((await ask({ method: 'PUT', query: { versionId: 'null' } }, 'x')).code).toBe('NotImplemented');
});
