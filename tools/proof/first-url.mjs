// Imports the package that is named, signs one URL, and prints how long the two took, in milliseconds.
const credentials = { accessKeyId: 'id', accessKeySecret: 'secret' };
const region = 'cn-hangzhou';
const bucket = 'my-bucket';
const startedAt = performance.now();

async function signer() {
  const { resolveEndpoint, signUrlV4 } = await import('@ossgrant/signer-core');
  const importedAt = performance.now();
  const request = { method: 'GET', endpoint: resolveEndpoint({ region }), bucket, key: 'a' };
  signUrlV4(request, credentials, { date: new Date(), expiresInSeconds: 60 });
  return importedAt;
}

async function presigner() {
  const { createPresigner } = await import('@ossgrant/url-presigner');
  const importedAt = performance.now();
  await createPresigner({ region, bucket, credentials }).presign({ key: 'a' });
  return importedAt;
}

const importedAt = await (process.argv[2] === 'signer-core' ? signer() : presigner());
console.log(JSON.stringify([importedAt - startedAt, performance.now() - startedAt]));
