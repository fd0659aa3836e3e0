// Runs the command from a clone: `npm run ossgrant -- sign ...`. Bundles the sources first, which takes less than a second, so that
// it never runs an old build.
import { createRequire } from 'node:module';
import path from 'node:path';
import { bundle } from './bundle.mjs';

const { entry } = await bundle(path.join(import.meta.dirname, '..', 'dist'));
// npm runs scripts in the root of the workspace and passes on the folder that the user is in.
process.chdir(process.env['INIT_CWD'] ?? process.cwd());
createRequire(import.meta.url)(entry);
