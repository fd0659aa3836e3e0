// Who signs in the benchmark of links: each makes its signer in a process of its own. S3 and Azure rows sign for their own
// service; the work is of the same kind.
const accessKeyId = 'LTAI5tExampleExampleEx01';
const accessKeySecret = 'ExampleExampleExampleExample01';
const credentials = Object.freeze({ accessKeyId, accessKeySecret });
const s3 = { accessKeyId, secretAccessKey: accessKeySecret };
const bucket = 'bench-bucket1';
const region = 'cn-hangzhou';
const keys = Array.from({ length: 8192 }, (_, index) => `2026/11/23/objects/${String(index).padStart(16, '0')}.bin`);
/** @param {number} index */
const key = (index) => keys[index % keys.length] ?? '';

/** @param {'signUrlV4' | 'signUrlV1'} name @param {boolean} [changing] whether the options change with each call */
async function signer(name, changing = false) {
  const core = await import('@ossgrant/signer-core');
  const sign = core[name];
  const endpoint = core.resolveEndpoint({ region });
  const cache = core.createSigningCache();
  return (/** @type {number} */ index) => {
    const query = changing ? { 'x-oss-process': `image/resize,w_${index % 1000}` } : {};
    const expiresInSeconds = changing ? 900 + (index % 100) : 900;
    const request = { method: 'GET', endpoint, bucket, key: key(index), query };
    return sign(request, credentials, { date: new Date(), expiresInSeconds, cache });
  };
}

/** @param {'v4' | 'v1'} version */
async function presigner(version) {
  const { createPresigner } = await import('@ossgrant/url-presigner');
  const made = createPresigner({ region, bucket, credentials, version });
  return (/** @type {number} */ index) => made.presign({ key: key(index) });
}

async function many() {
  const { createPresigner } = await import('@ossgrant/url-presigner');
  const endless = (function* () {
    for (let index = 0; ; index += 1) yield { key: key(index) };
  })();
  const results = createPresigner({ region, bucket, credentials }).presignMany(endless)[Symbol.asyncIterator]();
  return () => results.next();
}

async function aliOss() {
  const { default: OSS } = await import('ali-oss');
  return new OSS({ region: `oss-${region}`, bucket, secure: true, ...credentials });
}

/** @type {Record<string, () => Promise<(index: number) => unknown>>} */
export const CONTENDERS = {
  'ossgrant signUrlV4': () => signer('signUrlV4'),
  'ossgrant signUrlV4, options changing': () => signer('signUrlV4', true),
  'ossgrant presign': () => presigner('v4'),
  'ossgrant presignMany': many,
  'ali-oss signatureUrlV4': async () => {
    const client = await aliOss();
    return (index) => client.signatureUrlV4('GET', 900, {}, key(index));
  },
  '@aws-sdk/s3-request-presigner': async () => {
    const { S3Client, GetObjectCommand } = await import('@aws-sdk/client-s3');
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const client = new S3Client({ region, credentials: s3 });
    return (index) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key(index) }), { expiresIn: 900 });
  },
  '@smithy/signature-v4': async () => {
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const { Hash } = await import('@smithy/hash-node');
    const { HttpRequest } = await import('@smithy/protocol-http');
    const sha256 = Hash.bind(null, 'sha256');
    const made = new SignatureV4({ credentials: s3, region, service: 's3', sha256, uriEscapePath: false });
    const hostname = `${bucket}.s3.${region}.amazonaws.com`;
    return (index) => {
      const request = new HttpRequest({ method: 'GET', hostname, path: `/${key(index)}`, headers: { host: hostname } });
      return made.presign(request, { expiresIn: 900 });
    };
  },
  aws4: async () => {
    const { default: aws4 } = await import('aws4');
    const host = `${bucket}.s3.amazonaws.com`;
    return (index) =>
      aws4.sign({ host, path: `/${key(index)}?X-Amz-Expires=900`, service: 's3', region, signQuery: true }, s3);
  },
  aws4fetch: async () => {
    const { AwsV4Signer } = await import('aws4fetch');
    return (index) => {
      const url = `https://${bucket}.s3.amazonaws.com/${key(index)}?X-Amz-Expires=900`;
      return new AwsV4Signer({ url, ...s3, service: 's3', region, signQuery: true }).sign();
    };
  },
  minio: async () => {
    const { Client } = await import('minio');
    const made = new Client({ endPoint: 's3.example.com', accessKey: accessKeyId, secretKey: accessKeySecret, region });
    return (index) => made.presignedGetObject(bucket, key(index), 900);
  },
  '@azure/storage-blob SAS': async () => {
    const azure = await import('@azure/storage-blob');
    const shared = new azure.StorageSharedKeyCredential('account', Buffer.from(accessKeySecret).toString('base64'));
    const permissions = azure.BlobSASPermissions.parse('r');
    return (index) => {
      const expiresOn = new Date(Date.now() + 900_000);
      const values = { containerName: bucket, blobName: key(index), permissions, expiresOn };
      return azure.generateBlobSASQueryParameters(values, shared).toString();
    };
  },
  'ossgrant signUrlV1': () => signer('signUrlV1'),
  'ossgrant presign, V1': () => presigner('v1'),
  'ali-oss signatureUrl (V1)': async () => {
    const client = await aliOss();
    return (index) => client.signatureUrl(key(index), { expires: 900 });
  },
  'oss-client signatureUrl (V1)': async () => {
    const { OSSObject } = await import('oss-client');
    const client = new OSSObject({ endpoint: `https://oss-${region}.aliyuncs.com`, bucket, ...credentials });
    return (index) => client.signatureUrl(key(index), { expires: 900 });
  },
};
