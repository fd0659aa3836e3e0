// Counts the source files that a reader meets: those in which code runs for a presign, a small download and a verified GET
// (the goals are the redesigned tree's), and how large files are. Give a folder to count another, built tree.
//
// V8 counts the calls of each function from the end of the imports on; source maps say where each was written. The lists of
// exports through which the call's entries are found are counted too. With OSSGRANT_LIST=1 it lists them, and each file's purpose.
import { createServer, get } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { filesIn, workspacePackages } from '../workspace.mjs';

const root = path.resolve(process.argv[2] ?? '.');
const folder = mkdtempSync(path.join(tmpdir(), 'ossgrant-files-'));
/** Of `a report`. */
const CRC64 = '12264290657362432591';
const credentials = { accessKeyId: 'an-id', accessKeySecret: 'a-secret' };

/** @param {string} name @param {string} entry as package.json exports it @returns {Promise<any>} */
async function built(name, entry = '.') {
  const home = path.join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  return import(pathToFileURL(path.join(home, manifest.exports[entry].default)).href);
}

const { createPresigner } = await built('url-presigner');
const { fromUrl } = await built('http-downloader');
const { downloadToFile } = await built('http-downloader', './file');
const { startLocalOss } = await built('local-oss');

try {
  const oss = await startLocalOss();
  await oss.put('my-bucket', 'report.pdf', 'a report');
  const presigner = createPresigner({
    region: oss.region,
    endpoint: oss.endpoint,
    bucket: 'my-bucket',
    credentials: oss.owner,
  });
  const { url } = await presigner.presign({ key: 'report.pdf', expiresIn: '15m' });

  await show('presign', 18, ['url-presigner', 'signer-core', 'credentials-core'], async () => {
    const fresh = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials });
    await fresh.presign({ key: 'report.pdf', expiresIn: '15m' });
  });
  // Before the downloader's connections, which would be seen ending.
  await show('verified GET', 36, ['local-oss', 'signer-core/steps'], async () => {
    const status = await new Promise((resolve, reject) => {
      get(url, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject);
    });
    if (status !== 200) throw new Error(`local-oss refused the link: ${status}`);
  });
  await oss.close();
  await show('small download', 36, ['http-downloader', 'http-downloader/file', 'crc64'], async () => {
    const server = createServer((_, response) => {
      const facts = { etag: '"AB1F2B7A5D8C4E0F9A6B3C2D1E0F4A5B"', 'content-length': 8, 'x-oss-hash-crc64ecma': CRC64 };
      response.writeHead(200, facts).end('a report');
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await downloadToFile(fromUrl(`http://127.0.0.1:${port}/report.pdf`), path.join(folder, 'report.pdf'));
    server.closeAllConnections();
    server.close();
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const sources = workspacePackages(root).flatMap(({ folder: place }) =>
  filesIn(path.join(root, place, 'src'), '.ts').map((file) => {
    const text = readFileSync(path.join(root, place, 'src', file), 'utf8');
    return { file: `${place}/src/${file}`, length: text.split('\n').length - 1, purpose: purposeIn(text) };
  }),
);
const lengths = sources.map(({ length }) => length).toSorted((a, b) => a - b);
console.log(
  `${lengths.length} source files, ${lengths.reduce((sum, length) => sum + length, 0)} lines; median ${lengths[lengths.length >> 1]}, ` +
    `${lengths.filter((length) => length < 20).length} under 20, ${lengths.filter((length) => length > 250).length} over 250, longest ${lengths.at(-1)}`,
);

if (process.env['OSSGRANT_LIST'] === '1') {
  for (const { file, length, purpose } of sources) console.log(`  ${file} (${length}): ${purpose}`);
}

/** The first sentence of a file's first docstring. @param {string} text @returns {string} */
function purposeIn(text) {
  const [, comment = 'an entry: its list of exports, or its start'] = /\/\*\*(.*?)\*\//s.exec(text) ?? [];
  return (
    comment
      .replaceAll(/\s+\*?\s*/g, ' ')
      .trim()
      .split(/(?<=\.) /)[0] ?? ''
  );
}

/**
 * Runs an action and prints the files in which code ran.
 *
 * @param {string} name @param {number} goal @param {string[]} entries those whose lists of exports lead to the action
 * @param {() => Promise<void>} action
 */
async function show(name, goal, entries, action) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await action();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const files = new Set(entries.map((entry) => entryList(entry)));
  for (const script of result) {
    if (!script.url.startsWith(pathToFileURL(path.join(root, 'packages')).href)) continue;
    const called = script.functions.filter(
      ({ functionName, ranges }) => functionName !== '' || (ranges[0]?.startOffset ?? 0) > 0,
    );
    const offsets = called.flatMap(({ ranges: [range] }) =>
      range !== undefined && range.count > 0 ? [range.startOffset] : [],
    );
    for (const file of sourcesOf(fileURLToPath(script.url), offsets)) files.add(file);
  }
  console.log(`${name}: code runs in ${files.size} files (goal: at most ${goal})`);
  if (process.env['OSSGRANT_LIST'] === '1') console.log(`  ${[...files].toSorted().join('\n  ')}`);
  if (files.size > goal && root === path.resolve('.')) process.exitCode = 1;
}

/** @param {string} entry @returns {string} */
function entryList(entry) {
  const [name = '', ...inner] = entry.split('/');
  return ['packages', name, 'src', ...inner, 'index.ts'].join('/');
}

/**
 * The source files of the functions that start at these places of a built file.
 *
 * @param {string} file @param {number[]} offsets @returns {string[]}
 */
function sourcesOf(file, offsets) {
  const text = readFileSync(file, 'utf8');
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  return offsets.flatMap((offset) => {
    const before = text.slice(0, offset).split('\n');
    const entry = map.findEntry(before.length - 1, before.at(-1)?.length ?? 0);
    if (!('originalSource' in entry)) return [];
    const source = path.resolve(path.dirname(file), entry.originalSource);
    return [path.relative(root, source).split(path.sep).join('/')];
  });
}
