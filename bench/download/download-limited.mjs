// One object from a server that limits each connection: the number of connections and the time until they are open decide. Needs a build
// and nginx.
import path from 'node:path';
import { compareDownloads, ofNode, ofProgram } from './compare-downloads.mjs';

const SIZE = Number(process.env['OSSGRANT_BYTES'] ?? 2 ** 30);
const RATE = Number(process.env['OSSGRANT_RATE'] ?? 20 << 20);

await compareDownloads(
  `Download of ${SIZE} bytes, ${RATE} bytes a second for each connection`,
  { size: SIZE, rate: RATE },
  [
    ofNode('ossgrant'),
    ...ofProgram('aria2c -x16', { speed: 0.95 }, ({ url, target }) => {
      const options = '-q -x16 -s16 -k1M --file-allocation=none';
      return `aria2c ${options} -d ${path.dirname(target)} -o ${path.basename(target)} ${url}`;
    }),
  ],
);
