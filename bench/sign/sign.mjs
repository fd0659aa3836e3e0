// Signed URLs a second, key changing each call, validation on: the bare signer with its cache, the presigner, and peers.
import { interleaveProcesses } from './interleave-processes.mjs';
import { CONTENDERS } from './sign-contenders.mjs';

const rounds = Number(process.env['OSSGRANT_ROUNDS'] ?? 13);
const names = Object.keys(CONTENDERS);

console.log('\nV4 URLs\n');
await interleaveProcesses(
  names.filter((name) => !name.includes('V1')),
  { rounds, against: 'ali-oss signatureUrlV4' },
);
console.log('\nV1 URLs\n');
await interleaveProcesses(
  names.filter((name) => name.includes('V1')),
  { rounds, against: 'ali-oss signatureUrl (V1)' },
);
