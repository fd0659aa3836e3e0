// Bundles the command: the entry, one file per verb, and what they share. From the sources of all packages, so that tests run
// what is published without a build before them.
import path from 'node:path';
import { build } from 'rolldown';

const root = path.join(import.meta.dirname, '..');
// `src/verbs/policy/build.ts` becomes `policy-build.js`.
const VERB = /src[\\/]verbs[\\/](.+?)(?:[\\/]verb)?\.ts$/;

/**
 * @param {string} folder where the files go
 * @returns {Promise<string>} the command's file
 */
export async function bundle(folder) {
  await build({
    input: path.join(root, 'src/ossgrant.ts'),
    platform: 'node',
    // A condition of the workspace's packages alone: their sources.
    resolve: { conditionNames: ['@ossgrant/source', 'node', 'import'] },
    transform: { target: 'node20.19' },
    logLevel: 'warn',
    output: {
      dir: folder,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: ({ facadeModuleId }) =>
        `${VERB.exec(facadeModuleId ?? '')?.[1]?.replaceAll(/[\\/]/g, '-') ?? '[name]'}.js`,
      comments: { annotation: false, jsdoc: false, legal: true },
    },
  });
  return path.join(folder, 'ossgrant.js');
}
