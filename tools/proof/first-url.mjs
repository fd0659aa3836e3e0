// Imports signer-core, signs one URL, and prints how long the two took, in milliseconds.
const startedAt = performance.now();
const { resolveEndpoint, signUrlV4 } = await import('@ossgrant/signer-core');
const importedAt = performance.now();
const endpoint = resolveEndpoint({ region: 'cn-hangzhou' });
const credentials = { accessKeyId: 'id', accessKeySecret: 'secret' };
signUrlV4({ method: 'GET', endpoint, bucket: 'my-bucket', key: 'a' }, credentials, {
  date: new Date(),
  expiresInSeconds: 60,
});
console.log(JSON.stringify([importedAt - startedAt, performance.now() - startedAt]));
