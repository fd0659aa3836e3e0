import { expect } from 'vitest';
import type { LocalOss } from '../../../src/local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { call, policy, send, type Answer, type Ask } from '../../kit.ts';

const ask = (
  oss: LocalOss,
  method: string,
  name: string,
  body?: string,
  value: string | null = null,
): Promise<Answer> => call(oss, { method, bucket: 'kept-bucket', query: { [name]: value }, scheme: 'v4-header' }, body);

ossTest.for([
  ['requestPayment', 'RequestPaymentConfiguration', '<Payer>Requester</Payer>', '<Payer>BucketOwner</Payer>'],
  [
    'transferAcceleration',
    'TransferAccelerationConfiguration',
    '<Enabled>true</Enabled>',
    'NoSuchTransferAccelerationConfiguration',
  ],
  ['accessmonitor', 'AccessMonitorConfiguration', '<Status>Enabled</Status>', '<Status>Disabled</Status>'],
  ['httpsConfig', 'HttpsConfiguration', '<TLS><Enable>true</Enable></TLS>', '<Enable>false</Enable>'],
  ['resourceGroup', 'BucketResourceGroupConfiguration', '<ResourceGroupId>rg-a</ResourceGroupId>', 'rg-default-id'],
  ['bucketArchiveDirectRead', 'ArchiveDirectReadConfiguration', '<Enabled>true</Enabled>', '<Enabled>false</Enabled>'],
  [
    'encryption',
    'ServerSideEncryptionRule',
    '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>',
    'NoSuchServerSideEncryptionRule',
  ],
  [
    'publicAccessBlock',
    'PublicAccessBlockConfiguration',
    '<BlockPublicAccess>true</BlockPublicAccess>',
    '<BlockPublicAccess>false</BlockPublicAccess>',
  ],
] as const)('keeps %s and gives it back', async ([name, root, content, before], { oss }) => {
  await oss.createBucket('kept-bucket');
  expect((await ask(oss, 'GET', name)).text).toContain(before);
  expect((await ask(oss, 'PUT', name, `<${root}>${content}</${root}>`)).status).toBe(200);
  expect((await ask(oss, 'GET', name)).text).toContain(`<${root}>${content}</${root}>`);
  expect((await ask(oss, 'PUT', name, '<Other/>')).code).toBe('MalformedXML');
});

ossTest('has empty lists of what a bucket cannot have here, and 501 for what it does not keep', async ({ oss }) => {
  await oss.createBucket('kept-bucket');
  for (const name of ['live', 'accessPoint', 'style', 'cname', 'replication']) {
    expect((await ask(oss, 'GET', name)).status, name).toBe(200);
  }
  for (const name of ['inventory', 'worm', 'qosInfo', 'overwriteConfig', 'redundancyTransition']) {
    expect((await ask(oss, 'GET', name)).status, name).toBe(501);
  }
  const head = await call(oss, { method: 'HEAD', bucket: 'kept-bucket', scheme: 'v4-header' });
  expect([head.status, head.headers['x-oss-bucket-region']]).toEqual([200, 'cn-hangzhou']);
  expect((await call(oss, { query: { regionList: null }, scheme: 'v4-header' })).text).toContain(
    '<Region>oss-cn-beijing<',
  );
});

ossTest(
  'describes versioning, encryption, logs, resource group and blocked public access in GetBucketInfo',
  async ({ oss }) => {
    await oss.createBucket('kept-bucket');
    const before = (await ask(oss, 'GET', 'bucketInfo')).text;
    expect(before).toContain('<ServerSideEncryptionRule><SSEAlgorithm>None</SSEAlgorithm></ServerSideEncryptionRule>');
    for (const part of [
      'AccessMonitor>Disabled',
      'TransferAcceleration>Disabled',
      'CrossRegionReplication>Disabled',
      'BlockPublicAccess>false',
      'ResourceGroupId>rg-default-id',
      'LogBucket>',
    ]) {
      expect(before).toContain(`<${part}<`);
    }
    await ask(oss, 'PUT', 'versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
    await block(oss, true);
    const logs = '<TargetBucket>kept-bucket</TargetBucket><TargetPrefix>a&amp;b/</TargetPrefix>';
    const enabled = `<LoggingEnabled>${logs}</LoggingEnabled>`;
    await ask(oss, 'PUT', 'logging', `<BucketLoggingStatus>${enabled}</BucketLoggingStatus>`);
    const after = (await ask(oss, 'GET', 'bucketInfo')).text;
    expect(after).toContain('<Versioning>Enabled</Versioning>');
    expect(after).toContain('<BlockPublicAccess>true</BlockPublicAccess>');
    expect(after).toContain('<LogBucket>kept-bucket</LogBucket><LogPrefix>a&amp;b/</LogPrefix>');
  },
);

const block = (oss: LocalOss, on: boolean): Promise<Answer> => {
  const body = `<PublicAccessBlockConfiguration><BlockPublicAccess>${on}</BlockPublicAccess></PublicAccessBlockConfiguration>`;
  return ask(oss, 'PUT', 'publicAccessBlock', body);
};

ossTest('blocked public access overrides ACLs and policies for everybody, and nothing else', async ({ oss }) => {
  await oss.put('kept-bucket', 'a', 'hello world', { acl: 'public-read' });
  const user = oss.addUser({ name: 'reader' });
  const id = user.accessKeyId;
  const everybody = policy({
    Effect: 'Allow',
    Action: 'oss:GetObject',
    Principal: ['*'],
    Resource: 'acs:oss:*:*:kept-bucket/*',
  });
  oss.configureBucket('kept-bucket', { acl: 'public-read', policy: everybody });
  const read = () => send(oss, { method: 'GET', path: '/kept-bucket/a', headers: {} });
  expect((await ask(oss, 'GET', 'policyStatus')).text).toContain('<IsPublic>true</IsPublic>');
  expect((await read()).status).toBe(200);
  await block(oss, true);
  expect(await read()).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect((await call(oss, { bucket: 'kept-bucket', key: 'a', credentials: user })).status, id).toBe(403);
  expect((await call(oss, { bucket: 'kept-bucket', key: 'a' })).status).toBe(200);
  const acl = (extra: Partial<Ask>) =>
    call(oss, { method: 'PUT', bucket: 'kept-bucket', query: { acl: null }, scheme: 'v4-header', ...extra });
  expect((await acl({ headers: { 'x-oss-acl': 'public-read' } })).code).toBe('AccessDenied');
  expect((await acl({ key: 'a', headers: { 'x-oss-object-acl': 'public-read' } })).code).toBe('AccessDenied');
  expect((await acl({ key: 'b', query: {}, headers: { 'x-oss-object-acl': 'public-read' } })).code).toBe(
    'AccessDenied',
  );
  await ask(oss, 'DELETE', 'publicAccessBlock');
  expect((await read()).status).toBe(200);
});

ossTest('keeps and echoes AES256, from the header or the bucket, and refuses other encryption', async ({ oss }) => {
  await oss.createBucket('kept-bucket');
  const name = 'x-oss-server-side-encryption';
  const put = (key: string, headers: Record<string, string> = {}) =>
    call(oss, { method: 'PUT', bucket: 'kept-bucket', key, headers, scheme: 'v4-header' }, 'hello');
  const read = async (key: string) => (await call(oss, { bucket: 'kept-bucket', key })).headers[name];
  expect((await put('plain')).headers[name]).toBeUndefined();
  expect((await put('own', { [name]: 'AES256' })).headers[name]).toBe('AES256');
  expect(await read('own')).toBe('AES256');
  expect((await put('kms', { [name]: 'KMS' })).status).toBe(501);
  const rule =
    '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';
  await ask(oss, 'PUT', 'encryption', `<ServerSideEncryptionRule>${rule}</ServerSideEncryptionRule>`);
  expect((await put('usual')).headers[name]).toBe('AES256');
  expect([await read('usual'), await read('plain')]).toEqual(['AES256', undefined]);
  await call(oss, {
    method: 'PUT',
    bucket: 'kept-bucket',
    key: 'copy',
    headers: { 'x-oss-copy-source': '/kept-bucket/plain' },
    scheme: 'v4-header',
  });
  expect(await read('copy')).toBe('AES256');
});

ossTest('encrypts a copy as its own request says, not as its source is', async ({ oss }) => {
  const [name, bucket, scheme] = ['x-oss-server-side-encryption', 'kept-bucket', 'v4-header'] as const;
  await oss.createBucket(bucket);
  const put = (key: string, headers: Record<string, string>) =>
    call(oss, { method: 'PUT', bucket, key, headers, scheme }, 'hello');
  await put('a', { [name]: 'AES256', 'x-oss-meta-a': 'b' });
  await put('copy', { 'x-oss-copy-source': '/kept-bucket/a' });
  const { headers } = await call(oss, { bucket, key: 'copy' });
  expect([headers['x-oss-meta-a'], headers[name]]).toEqual(['b', undefined]);
});

ossTest('lists buckets by tag, and deletes the tags that are named', async ({ oss }) => {
  const tag = (key: string, value: string) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
  await oss.createBucket('other-bucket');
  await oss.createBucket('kept-bucket');
  const tags = tag('k1', 'v1') + tag('k2', 'v2') + tag('k3', 'v3');
  await ask(oss, 'PUT', 'tagging', `<Tagging><TagSet>${tags}</TagSet></Tagging>`);
  const names = async (query: Record<string, string>) =>
    [...(await call(oss, { query, scheme: 'v4-header' })).text.matchAll(/<Name>([^<]*)</g)].map((match) => match[1]);
  expect(await names({ 'tag-key': 'k1' })).toEqual(['kept-bucket']);
  expect(await names({ 'tag-key': 'k1', 'tag-value': 'v2' })).toEqual([]);
  expect(await names({ 'tag-key': 'k2', 'tag-value': 'v2' })).toEqual(['kept-bucket']);
  expect((await ask(oss, 'DELETE', 'tagging', undefined, 'k1,k3')).status).toBe(204);
  const left = (await ask(oss, 'GET', 'tagging')).text;
  expect(left).toContain(`<TagSet>${tag('k2', 'v2')}</TagSet>`);
  await ask(oss, 'DELETE', 'tagging');
  expect((await ask(oss, 'GET', 'tagging')).text).not.toContain('<Tag>');
});
