import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundle } from './bundle.mjs';
import { thirdPartyLicences } from './licences.mjs';

const folder = path.join(import.meta.dirname, '..', 'dist');
await rm(folder, { recursive: true, force: true });
const { modules } = await bundle(folder);
await writeFile(path.join(folder, 'THIRD-PARTY-LICENCES.txt'), thirdPartyLicences(modules));
