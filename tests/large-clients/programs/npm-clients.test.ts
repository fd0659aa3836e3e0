import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { clientTable, type ClientTable } from '@ossgrant/test-clients/compatibility-table';
import { npmVersion } from '@ossgrant/test-clients/npm-version';
import { temporaryFolder } from '@ossgrant/test-kit/temporary-folder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveLocally } from '../resolve-locally.ts';

// These packages are CommonJS, and most have no types.
// oxlint-disable-next-line typescript/no-explicit-any
const load = createRequire(import.meta.url) as (name: string) => any;
const RPC = 'RPC V1 (HMAC-SHA1)';
const V1 = 'V1 header';
const BUCKET = 'client-bucket';

let oss: LocalOss;
let restore: () => void;
beforeAll(async () => {
  restore = resolveLocally();
  oss = await startLocalOss({ https: true });
  await oss.put(BUCKET, 'a', 'hello world');
  await oss.put(BUCKET, 'b', 'hello world');
});
afterAll(async () => {
  restore();
  await oss.close();
});

const keys = (): { readonly accessKeyId: string; readonly accessKeySecret: string } => {
  const { accessKeyId, accessKeySecret } = oss.owner;
  return { accessKeyId, accessKeySecret };
};
const virtualHost = (): string => `oss-cn-hangzhou.localhost:${new URL(oss.endpoint).port}`;

/** A client's part of the page, with the test that compares it. */
function client(mark: string, name: string, tests: (table: ClientTable) => void): void {
  const table = clientTable({ mark, name, version: npmVersion(name, import.meta.url), origin: 'npm' });
  describe(`${name}, unmodified`, () => {
    tests(table);
    it('stands in docs/compatibility.md as it was seen', async () => {
      const { page, run } = await table.compare();
      expect(page).toBe(run);
    });
  });
}

client('pop-core', '@alicloud/pop-core', (table) => {
  it.each(['POST', 'GET'])('assumes a role and asks who it is by %s', async (method) => {
    const Core = load('@alicloud/pop-core');
    const core = new Core({ ...keys(), endpoint: oss.endpoint, apiVersion: '2015-04-01' });
    const role = { RoleArn: oss.roleArn, RoleSessionName: 'sdk' };
    expect((await core.request('AssumeRole', role, { method })).Credentials.AccessKeyId).toMatch(/^STS\./);
    expect((await core.request('GetCallerIdentity', {}, { method })).Arn).toContain('user/owner');
    table.note(`AssumeRole, GetCallerIdentity by ${method}`, RPC);
  });
});

client('sts-sdk', '@alicloud/sts-sdk', (table) => {
  // It speaks https only, and Node reads the certificates that it trusts once, at its start: hence a process.
  const PROGRAM = `
    const Sts = require('@alicloud/sts-sdk');
    const sts = new Sts(JSON.parse(process.argv[1]));
    sts.assumeRole(process.argv[2], 'sdk', undefined, 900).then(async (role) => {
      console.log(JSON.stringify([role, await sts.getCallerIdentity()]));
    }, (error) => { console.error(error); process.exitCode = 1; });`;

  it('assumes a role and asks who it is over https', async () => {
    const config = JSON.stringify({ ...keys(), endpoint: new URL(oss.https?.endpoint ?? '').host });
    const env = { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: oss.https?.caFile };
    const options = { cwd: `${import.meta.dirname}/..`, env };
    const { stdout } = await promisify(execFile)(process.execPath, ['--eval', PROGRAM, config, oss.roleArn], options);
    const [role, caller] = JSON.parse(stdout);
    expect(role.Credentials.AccessKeyId).toMatch(/^STS\./);
    expect(caller.Arn).toContain('user/owner');
    table.note('assumeRole, getCallerIdentity over https', RPC);
  });
});

client('oss20190517', '@alicloud/oss20190517', (table) => {
  it('reads a bucket and its settings, and stores, lists and deletes objects', async () => {
    const sdk = load('@alicloud/oss20190517');
    const { Config } = load('@alicloud/openapi-client');
    const config = { ...keys(), endpoint: virtualHost(), protocol: 'HTTP', regionId: 'cn-hangzhou' };
    const api = new sdk.default(new Config(config));
    expect((await api.getBucketInfo(BUCKET)).body.bucket.name).toBe(BUCKET);
    expect((await api.getBucketAcl(BUCKET)).body.accessControlList.grant).toBe('private');
    table.note('getBucketInfo, getBucketAcl', V1);
    const body = Readable.from([Buffer.from('hello')]);
    expect((await api.putObject(BUCKET, 'put', new sdk.PutObjectRequest({ body }))).statusCode).toBe(200);
    const listed = await api.listObjects(BUCKET, new sdk.ListObjectsRequest({}));
    expect(listed.body.contents.map(({ key }: { readonly key: string }) => key)).toContain('put');
    await api.deleteObject(BUCKET, 'put', new sdk.DeleteObjectRequest({}));
    table.note('putObject (chunked), listObjects, deleteObject', V1);
  });
});

client('oss-client', 'oss-client', (table) => {
  it('stores, lists, reads, signs and deletes', async () => {
    // Its own types do not compile.
    const { OSSObject } = load('oss-client');
    const objects = new OSSObject({ ...keys(), endpoint: `http://${virtualHost()}`, bucket: BUCKET });
    await objects.put('put', Buffer.from('hello'));
    expect(
      (await objects.listV2({ prefix: 'put' })).objects.map(({ name }: { readonly name: string }) => name),
    ).toEqual(['put']);
    expect((await objects.get('put')).content.toString()).toBe('hello');
    expect((await objects.head('put')).status).toBe(200);
    const link = objects
      .signatureUrl('put')
      .replace(`${BUCKET}.${virtualHost()}`, `${new URL(oss.endpoint).host}/${BUCKET}`);
    expect(await (await fetch(link)).text()).toBe('hello');
    await objects.delete('put');
    table.note('put, listV2, get, head, delete', V1);
    table.note('signatureUrl', 'V1 URL');
  });
});

// aliyun-sdk answers by callback.
// oxlint-disable-next-line typescript/no-explicit-any
type Aly = Record<string, (parameters: object, done: (error: Error | null, data?: any) => void) => void>;

function aly(): Aly {
  const { accessKeyId, accessKeySecret: secretAccessKey } = keys();
  const endpoint = `http://${virtualHost()}`;
  return new (load('aliyun-sdk').OSS)({ accessKeyId, secretAccessKey, endpoint, apiVersion: '2013-10-15' }) as Aly;
}

client('aliyun-sdk', 'aliyun-sdk', (table) => {
  // oxlint-disable-next-line typescript/no-explicit-any
  const ask = (method: string, parameters: object = {}): Promise<any> =>
    new Promise((resolve, reject) => {
      aly()[method]?.(parameters, (error, data) => {
        if (error) reject(error);
        else resolve(data);
      });
    });

  it('goes through the life of an object', async () => {
    await ask('putObject', { Bucket: BUCKET, Key: 'old', Body: Buffer.from('hello') });
    expect((await ask('getObject', { Bucket: BUCKET, Key: 'old' })).Body.toString()).toBe('hello');
    expect((await ask('headObject', { Bucket: BUCKET, Key: 'old' })).ContentLength).toBe('5');
    await ask('copyObject', { Bucket: BUCKET, Key: 'copy', CopySource: `/${BUCKET}/old` });
    const { Contents } = await ask('listObjects', { Bucket: BUCKET });
    expect(Contents.map(({ Key }: { readonly Key: string }) => Key)).toEqual(expect.arrayContaining(['copy', 'old']));
    await ask('deleteObject', { Bucket: BUCKET, Key: 'copy' });
    await ask('deleteObjects', { Bucket: BUCKET, Delete: { Objects: [{ Key: 'old' }], Quiet: true } });
    table.note('putObject, getObject, headObject, copyObject, listObjects, deleteObject, deleteObjects', V1);
  });

  it('reads buckets and uploads', async () => {
    await ask('createBucket', { Bucket: 'other-bucket' });
    expect((await ask('listBuckets')).Buckets).toHaveLength(2);
    expect((await ask('getBucketLocation', { Bucket: BUCKET })).LocationConstraint).toBe('oss-cn-hangzhou');
    expect((await ask('listMultipartUploads', { Bucket: BUCKET })).Uploads).toEqual([]);
    await ask('deleteBucket', { Bucket: 'other-bucket' });
    table.note('createBucket, listBuckets, getBucketLocation, listMultipartUploads, deleteBucket', V1);
  });
});

client('upload-stream', 'aliyun-oss-upload-stream', (table) => {
  it('streams an upload in parts through aliyun-sdk', async () => {
    const upload = load('aliyun-oss-upload-stream')(aly()).upload({ Bucket: BUCKET, Key: 'stream' });
    const uploaded = new Promise((resolve, reject) => upload.on('error', reject).on('uploaded', resolve));
    Readable.from([Buffer.alloc(300_000, 'a')]).pipe(upload);
    expect(await uploaded).toMatchObject({ Key: 'stream', ETag: expect.stringMatching(/^"[0-9A-F]{32}-1"$/) });
    table.note('upload', V1);
  });
});

client('multer', 'multer-aliyun-oss', (table) => {
  it('stores a file of a form', async () => {
    const storage = load('multer-aliyun-oss')({ config: { ...keys(), endpoint: oss.endpoint, bucket: BUCKET } });
    const file = { originalname: 'a.txt', stream: Readable.from([Buffer.from('hello')]) };
    // Multer's name for its storages.
    // oxlint-disable-next-line no-underscore-dangle
    const stored = await promisify(storage._handleFile.bind(storage))({}, file);
    expect(stored).toMatchObject({ size: 5, filename: expect.stringMatching(/\.txt$/) });
    table.note('a file of a form, by its own ali-oss', V1);
  });
});

client('alicloud-oss-client', '@alicloud/oss-client', (table) => {
  const asked = (signatureVersion?: string): Promise<unknown> => {
    const sdk = load('@alicloud/oss-client');
    const given = signatureVersion === undefined ? {} : { signatureVersion };
    const config = { ...keys(), endpoint: virtualHost(), protocol: 'http', regionId: 'cn-hangzhou', ...given };
    const runtime = new (load('@alicloud/oss-util').RuntimeOptions)({});
    return new sdk.default(new sdk.Config(config)).getBucketInfo(
      new sdk.GetBucketInfoRequest({ bucketName: BUCKET }),
      runtime,
    );
  };

  it('reads a bucket with V1, and is refused with V2, which it takes by itself', async () => {
    expect(await asked('V1')).toMatchObject({ bucketInfo: { bucket: { name: BUCKET } } });
    table.note('getBucketInfo', V1);
    await expect(asked()).rejects.toThrow('The OSS V2 signature is not enabled');
    table.note('getBucketInfo, as it is set up', 'V2 header', '400: V2 is not enabled');
  });
});

client('picgo', 'picgo', (table) => {
  // It uploads to https and the real name only: hence a proxy, and a process that trusts the proxy's authority.
  const PROGRAM = `
    const { PicGo } = require('picgo');
    const [, config, picBed, file] = process.argv;
    const picgo = new PicGo(config);
    picgo.setConfig({ picBed: JSON.parse(picBed) });
    picgo.upload([file]).then(([{ imgUrl }]) => { process.stdout.write(imgUrl, () => process.exit()); });`;

  it('uploads an image by its own signer, through the server as its https proxy', async () => {
    const folder = await temporaryFolder();
    const [config, image] = ['config.json', 'dot.png'].map((name) => path.join(folder, name)) as [string, string];
    await writeFile(config, '{}');
    await writeFile(image, Buffer.from(DOT, 'base64'));
    const aliyun = { ...keys(), bucket: BUCKET, area: 'oss-cn-hangzhou', path: 'img/' };
    const bed = JSON.stringify({ uploader: 'aliyun', current: 'aliyun', proxy: oss.endpoint, aliyun, silent: true });
    const env = { PATH: process.env['PATH'], HOME: folder, NODE_EXTRA_CA_CERTS: oss.https?.caFile };
    const options = { cwd: `${import.meta.dirname}/..`, env };
    const args = ['--eval', PROGRAM, config, bed, image];
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    expect(stdout).toContain('https://client-bucket.oss-cn-hangzhou.aliyuncs.com/img/dot.png');
    expect(oss.journal.entries().at(-1)).toMatchObject({ status: 200, scheme: 'v1-header', key: 'img/dot.png' });
    table.note('upload of an image, https through the server as its proxy', V1);
  });
});

// A PNG of one pixel.
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
