// Declarations of packages that browsers may load must not name Node's types: a project without @types/node could not
// compile against them, and TypeScript infers such names without asking. So each entry is compiled with the DOM alone.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ENTRIES = [
  '@ossgrant/crc64',
  '@ossgrant/credentials-core',
  '@ossgrant/credentials-core/internal',
  '@ossgrant/signer-core',
  '@ossgrant/signer-core/rpc',
  '@ossgrant/signer-core/steps',
  '@ossgrant/credentials-remote',
  '@ossgrant/credentials-remote/interop',
  '@ossgrant/credentials-remote/tabs',
  '@ossgrant/credentials-sts',
  '@ossgrant/credentials-sts/policy',
  '@ossgrant/url-presigner',
  '@ossgrant/url-presigner/explain',
  '@ossgrant/url-presigner/inspect',
  '@ossgrant/url-presigner/playlist',
  '@ossgrant/url-presigner/post',
  '@ossgrant/grant-handler/client',
  '@ossgrant/http-downloader',
  '@ossgrant/http-downloader/web-file',
];

// Inside a package that depends on all of them, so that resolution is a user's.
const folder = mkdtempSync(path.join('tests', 'integration', 'browser-types-'));
try {
  writeFileSync(
    path.join(folder, 'entry.ts'),
    ENTRIES.map((entry, index) => `import * as entry${index} from '${entry}';\nvoid entry${index};\n`).join(''),
  );
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
    noEmit: true,
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['entry.ts'] }));
  execFileSync('node_modules/.bin/tsc', ['-p', folder], { stdio: 'inherit' });
  console.log(`${ENTRIES.length} entries compile without Node's types`);
} catch {
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
