// Builds the site, or serves it: `build`, `dev` (with reload), `serve` (as built). A dead link, an anchor that does not exist, an error
// code without a meaning stop the build.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, createServer, serve } from 'vitepress';
import { checkAnchors } from './anchors.mjs';
import { writeApiReference } from './api-reference.mjs';
import { writeErrorIndex } from './error-index.mjs';
import { pages, stage } from './stage.mjs';

const job = process.argv[2] ?? 'build';
const site = path.join(import.meta.dirname, '..');

/** @param {string} what @param {readonly string[]} problems */
function stopAt(what, problems) {
  if (problems.length === 0) return;
  console.error(`${what}:\n${problems.join('\n')}`);
  process.exit(1);
}

stopAt('Links to files that do not exist', stage());
stopAt('Error codes without a meaning', writeErrorIndex());
const reference = await writeApiReference();
writeFileSync(path.join(pages, 'api/entries.json'), JSON.stringify(reference));
console.log(`${reference.length} entries in the API reference`);

if (job === 'dev') {
  const server = await createServer(site, { host: '127.0.0.1' });
  await server.listen();
  server.printUrls();
} else {
  await build(site);
  const dist = path.join(site, '.vitepress/dist');
  stopAt('Anchors that do not exist', checkAnchors(dist));
  if (job === 'serve') await serve({ root: site, port: Number(process.env['PORT'] ?? 4173) });
}
