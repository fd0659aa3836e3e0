import { rm } from 'node:fs/promises';
import path from 'node:path';
import { bundle } from './bundle.mjs';

const folder = path.join(import.meta.dirname, '..', 'dist');
await rm(folder, { recursive: true, force: true });
await bundle(folder);
