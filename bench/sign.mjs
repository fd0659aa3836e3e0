// Signed URLs a second, key changing each call, validation on: the bare signer with its cache, the presigner, and peers.
import { createSigningCache, resolveEndpoint, signUrlV1, signUrlV4 } from '@ossgrant/signer-core';
import { createPresigner } from '@ossgrant/url-presigner';
import OSS from 'ali-oss';
import aws4 from 'aws4';
import { interleave } from './interleave.mjs';

const credentials = Object.freeze({
  accessKeyId: 'LTAI5tExampleExampleEx01',
  accessKeySecret: 'ExampleExampleExampleExample01',
});
const bucket = 'bench-bucket1';
const region = 'cn-hangzhou';
const endpoint = resolveEndpoint({ region });
const cache = createSigningCache();
const keys = Array.from({ length: 8192 }, (_, index) => `2026/11/23/objects/${String(index).padStart(16, '0')}.bin`);
/** @param {number} index */
const key = (index) => keys[index % keys.length] ?? '';
/** @param {number} index */
const request = (index) => ({ method: 'GET', endpoint, bucket, key: key(index) });
const options = () => ({ date: new Date(), expiresInSeconds: 900, cache });

const ali = new OSS({ region: `oss-${region}`, bucket, secure: true, ...credentials });
const presigner = createPresigner({ region, bucket, credentials });
const rounds = Number(process.env['OSSGRANT_ROUNDS'] ?? 11);

console.log('\nV4 URLs\n');
await interleave(
  [
    { name: 'ossgrant signUrlV4', operations: 8000, run: (index) => signUrlV4(request(index), credentials, options()) },
    { name: 'ossgrant presign', operations: 8000, run: (index) => presigner.presign({ key: key(index) }) },
    {
      name: 'ali-oss signatureUrlV4',
      operations: 2000,
      run: (index) => ali.signatureUrlV4('GET', 900, {}, key(index)),
    },
    {
      name: 'aws4 sign (S3)',
      operations: 2000,
      run: (index) =>
        aws4.sign(
          {
            host: `${bucket}.s3.amazonaws.com`,
            path: `/${key(index)}?X-Amz-Expires=900`,
            service: 's3',
            region: 'us-east-1',
            signQuery: true,
          },
          { accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.accessKeySecret },
        ),
    },
  ],
  { rounds, unit: 'URLs/s' },
);

console.log('\nV1 URLs\n');
await interleave(
  [
    { name: 'ossgrant signUrlV1', operations: 8000, run: (index) => signUrlV1(request(index), credentials, options()) },
    { name: 'ali-oss signatureUrl', operations: 4000, run: (index) => ali.signatureUrl(key(index), { expires: 900 }) },
  ],
  { rounds, unit: 'URLs/s' },
);
