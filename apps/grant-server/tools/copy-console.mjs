// Puts the built console beside the built server, so that the published package carries it. A build of this package alone, without
// the console's, has none: the server then says so at /console.
import { cpSync, existsSync, rmSync } from 'node:fs';

const from = new URL('../../console/dist/', import.meta.url);
const to = new URL('../dist/console/', import.meta.url);
rmSync(to, { recursive: true, force: true });
if (existsSync(from)) cpSync(from, to, { recursive: true });
else console.warn('the console is not built: build @ossgrant/console first');
