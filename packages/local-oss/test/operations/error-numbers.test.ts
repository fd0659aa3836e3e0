import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { ossTest } from '../../src/vitest.ts';
import { call, send, type Ask } from '../kit.ts';

// The refusals of each operation, with the status, code and number of its page or of a response that was seen.
type Row = readonly [name: string, ask: Partial<Ask>, body: string, status: number, code: string, ec: string];

const put = (sub: string, body: string, name: string, code: string, ec: string): Row => [
  name,
  { method: 'PUT', key: '', query: { [sub]: null } },
  body,
  400,
  code,
  ec,
];

const OBJECTS: readonly Row[] = [
  ['GET, If-Match', { headers: { 'if-match': '"0"' } }, '', 412, 'PreconditionFailed', '0017-00001001'],
  [
    'PUT, If-None-Match',
    { method: 'PUT', headers: { 'if-none-match': '*' } },
    'x',
    400,
    'NotImplemented',
    '0017-00000245',
  ],
  [
    'PUT, overwrite',
    { method: 'PUT', headers: { 'x-oss-forbid-overwrite': 'true' } },
    'x',
    409,
    'FileAlreadyExists',
    '0026-00000002',
  ],
  [
    'PUT, ACL',
    { method: 'PUT', headers: { 'x-oss-object-acl': 'public' } },
    'x',
    400,
    'InvalidArgument',
    '0017-00000104',
  ],
  [
    'PUT, class',
    { method: 'PUT', headers: { 'x-oss-storage-class': 'abc' } },
    'x',
    400,
    'InvalidArgument',
    '0017-00000132',
  ],
  [
    'PUT, no class',
    { method: 'PUT', headers: { 'x-oss-storage-class': '' } },
    'x',
    400,
    'InvalidArgument',
    '0017-00000131',
  ],
  ['PUT acl, none', { method: 'PUT', query: { acl: null } }, '', 400, 'MissingArgument', '0017-00000105'],
  [
    'PUT acl, empty',
    { method: 'PUT', query: { acl: null }, headers: { 'x-oss-object-acl': '' } },
    '',
    400,
    'InvalidArgument',
    '0017-00000105',
  ],
  [
    'PUT tagging',
    { method: 'PUT', query: { tagging: null } },
    '<Tagging><TagSet>',
    400,
    'MalformedXML',
    '0010-00000101',
  ],
  [
    'copy, class',
    { method: 'PUT', headers: { 'x-oss-copy-source': '/a-bucket/a', 'x-oss-storage-class': 'abc' } },
    '',
    400,
    'InvalidArgument',
    '0013-00000101',
  ],
  [
    'copy, parameter',
    { method: 'PUT', headers: { 'x-oss-copy-source': '/a-bucket/a?unknown=xxx' } },
    '',
    400,
    'InvalidArgument',
    '0016-00000304',
  ],
  [
    'copy, version',
    { method: 'PUT', headers: { 'x-oss-copy-source': '/a-bucket/a?versionId=' } },
    '',
    400,
    'InvalidArgument',
    '0016-00000305',
  ],
  [
    'append, position',
    { method: 'POST', query: { append: null, position: 'test' } },
    'x',
    400,
    'MissingArgument',
    '0016-00000502',
  ],
  [
    'append, length',
    { method: 'POST', key: 'log', query: { append: null, position: '3' } },
    'x',
    409,
    'PositionNotEqualToLength',
    '0026-00000016',
  ],
  ['restore', { method: 'POST', query: { restore: null } }, '', 400, 'OperationNotSupported', '0016-00000702'],
  [
    'restore, days',
    { method: 'POST', key: 'old', query: { restore: null } },
    '<RestoreRequest><Days>8</Days></RestoreRequest>',
    400,
    'InvalidArgument',
    '0016-00000704',
  ],
];

const BUCKETS: readonly Row[] = [
  ['PATCH', { method: 'PATCH', key: '' }, '', 405, 'MethodNotAllowed', '0017-00000001'],
  ['list, max-keys', { key: '', query: { 'max-keys': '1001' } }, '', 400, 'InvalidArgument', '0017-00000289'],
  [
    'list, delimiter',
    { key: '', query: { 'list-type': '2', delimiter: 'abc' } },
    '',
    400,
    'InvalidArgument',
    '0015-00000406',
  ],
  [
    'versions, delimiter',
    { key: '', query: { versions: null, delimiter: '\\' } },
    '',
    400,
    'InvalidArgument',
    '0012-00000107',
  ],
  [
    'PUT bucket, ACL',
    { method: 'PUT', key: '', headers: { 'x-oss-acl': 'not-support-acl' } },
    '',
    400,
    'InvalidArgument',
    '0015-00000204',
  ],
  [
    'PUT bucket, class',
    { method: 'PUT', key: '' },
    '<CreateBucketConfiguration><StorageClass>IA</StorageClass></CreateBucketConfiguration>',
    409,
    'BucketAlreadyExists',
    '0015-00000104',
  ],
  [
    'PUT bucket, redundancy',
    { method: 'PUT', key: '' },
    '<CreateBucketConfiguration><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>',
    409,
    'BucketAlreadyExists',
    '0015-00000228',
  ],
  ['DELETE bucket', { method: 'DELETE', key: '' }, '', 409, 'BucketNotEmpty', '0015-00000301'],
  put('acl', '', 'PUT bucket acl', 'InvalidArgument', '0015-00000204'),
  put('versioning', '<VersioningConfiguration>', 'versioning, XML', 'MalformedXML', '0012-00000002'),
  put(
    'versioning',
    '<VersioningConfiguration><Status/></VersioningConfiguration>',
    'versioning, empty',
    'MalformedXML',
    '0012-00000003',
  ),
  put(
    'versioning',
    '<VersioningConfiguration><Status>Stop</Status></VersioningConfiguration>',
    'versioning, other',
    'MalformedXML',
    '0012-00000004',
  ),
  put('lifecycle', '<LifecycleConfiguration>', 'lifecycle, XML', 'MalformedXML', '0014-00000011'),
  put('lifecycle', '<Lifecycle/>', 'lifecycle, root', 'MalformedXML', '0014-00000012'),
  put('logging', '<BucketLoggingConf/>', 'logging, root', 'MalformedXML', '0032-00000001'),
  put(
    'logging',
    '<BucketLoggingStatus><LoggingEnabled/></BucketLoggingStatus>',
    'logging, target',
    'MalformedXML',
    '0032-00000002',
  ),
  put(
    'referer',
    '<RefererConfiguration><RefererList/></RefererConfiguration>',
    'referer, no flag',
    'MalformedXML',
    '0033-00000002',
  ),
  put(
    'referer',
    '<RefererConfiguration><AllowEmptyReferer>32</AllowEmptyReferer><RefererList/></RefererConfiguration>',
    'referer, flag',
    'MalformedXML',
    '0033-00000003',
  ),
  put('requestPayment', '<Payer>Requester</Payer>', 'payer, root', 'MalformedXML', '0035-00000001'),
  put(
    'requestPayment',
    '<RequestPaymentConfiguration><Payer>Other</Payer></RequestPaymentConfiguration>',
    'payer',
    'MalformedXML',
    '0035-00000002',
  ),
];

function ask(oss: LocalOss, { key = 'a', ...rest }: Partial<Ask>, body = '') {
  return call(oss, { bucket: 'a-bucket', scheme: 'v4-header', ...(key === '' ? {} : { key }), ...rest }, body);
}

async function fill(oss: LocalOss): Promise<void> {
  await oss.put('a-bucket', 'a', 'hello');
  await oss.put('a-bucket', 'old', 'hello', { storageClass: 'Archive' });
  await ask(oss, { method: 'POST', key: 'log', query: { append: null, position: '0' } }, 'hello');
}

describe('each refusal has the status, code and number of its page', () => {
  // None of them changes anything.
  let oss: LocalOss;
  beforeAll(async () => {
    oss = await startLocalOss();
    await fill(oss);
  });
  afterAll(() => oss.close());

  it.each([...OBJECTS, ...BUCKETS])('%s', async (_, wanted, body, status, code, ec) => {
    const answer = await ask(oss, wanted, body);
    expect(answer).toMatchObject({ status, code, ec });
    expect(answer.headers['x-oss-ec']).toBe(ec);
    expect(answer.text).toContain(`<RecommendDoc>https://api.aliyun.com/troubleshoot?q=${ec}</RecommendDoc>`);
  });
});

ossTest('upload steps name what they refuse', async ({ oss }) => {
  await fill(oss);
  const begun = await ask(oss, { method: 'POST', query: { uploads: null } });
  const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
  const part = (query: Record<string, string>) => ask(oss, { method: 'PUT', query: { uploadId, ...query } }, 'x');
  expect(await part({})).toMatchObject({ status: 400, code: 'InvalidArgument', ec: '0017-00000219' });
  const large = await part({ partNumber: '10001' });
  expect(large).toMatchObject({ status: 400, ec: '0017-00000220' });
  expect(large.text).toContain('<ArgumentName>PartNumber</ArgumentName><ArgumentValue>10001</ArgumentValue>');
  const etags = await Promise.all(['1', '2'].map(async (partNumber) => (await part({ partNumber })).headers.etag));
  const listed = (numbers: readonly number[], tag?: string) =>
    `<CompleteMultipartUpload>${numbers.map((number) => `<Part><PartNumber>${number}</PartNumber><ETag>${tag ?? etags[number - 1]}</ETag></Part>`).join('')}</CompleteMultipartUpload>`;
  const complete = (body: string, headers = {}) => ask(oss, { method: 'POST', query: { uploadId }, headers }, body);
  expect(await complete(listed([2, 1]))).toMatchObject({ code: 'InvalidPartOrder', ec: '0042-00000209' });
  const all = { 'x-oss-complete-all': 'yes' };
  expect(await complete(listed([1]), all)).toMatchObject({ code: 'InvalidArgument', ec: '0042-00000216' });
  const wrong = await complete(listed([1], 'undefined'));
  expect(wrong.code).toBe('InvalidPart');
  expect(wrong.text).toContain(`<ETag>undefined</ETag><PartNumber>1</PartNumber><UploadId>${uploadId}</UploadId>`);
});

ossTest(
  'a restore under way, and a delete of several with another root, have the numbers that were seen',
  async ({ oss }) => {
    await fill(oss);
    const restore = () => ask(oss, { method: 'POST', key: 'old', query: { restore: null } });
    expect((await restore()).status).toBe(202);
    expect(await restore()).toMatchObject({ status: 409, code: 'RestoreAlreadyInProgress', ec: '0026-00000011' });
    const removed = await ask(
      oss,
      { method: 'POST', key: '', query: { delete: null }, headers: { 'content-md5': 'iPDPXRE3teLRGxkk02gTgg==' } },
      '<Remove/>',
    );
    expect(removed).toMatchObject({ code: 'MalformedXML', ec: '0016-00000608' });
    expect(removed.text).toContain('<ErrorDetail>the root node is not named Delete.</ErrorDetail>');
  },
);

ossTest(
  'anonymous listings of buckets are forbidden, and ACLs of objects are refused by their own number',
  async ({ oss }) => {
    await fill(oss);
    expect(await send(oss, { method: 'GET', path: '/', headers: {} })).toMatchObject({
      status: 403,
      ec: '0003-00001201',
    });
    const acl = await send(oss, { method: 'GET', path: '/a-bucket/a?acl', headers: {} });
    expect(acl).toMatchObject({ status: 403, code: 'AccessDenied', ec: '0003-00000007' });
  },
);
