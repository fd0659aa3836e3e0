import { defineConfig, type Plugin } from 'vite';

// What a refusal of the storage means is loaded when one comes, or while the first bytes flow.
const LATER = `
  const later = () => import('./refusal.ts?later');
  setTimeout(() => later().catch(() => {}), 1000);
  const fail = () => { throw Object.assign(new Error('a part of the page did not load'), { code: 'PART_MISSING' }); };
  export const readRefusal = async (...given) => (await later().catch(fail)).readRefusal(...given);`;

// What a download needs at once: in one file it is smaller. Signing, ZIP and the picker are loaded where they are needed.
const AT_ONCE =
  /\/page\/transfer\.ts$|core\/src\/(?:clock|basics\/(?:bare-error|brand-errors|defined|read-limited))\.ts$|\/crc64\/src\/|http-downloader\/src\/(?!.*(?:share-use|open-download|download-to-stream|from-object|\?later))/;

// What both kinds of page begin with.
const FIRST =
  /preact|preload-helper|share-use\.ts$|src\/texts\/(?:fill|error-kinds)\.ts$|src\/page\/(?:app|client|main|password-form|reload|share|transfer-view|use-transfer|words)\.tsx?$/;

// Names come from the share, and pages see no redirects.
const NO_NAMES = 'export const fileNameOf = () => undefined; export const readHeaderText = (text) => text;';

/** Leaves out what this page has no use for, or not yet: each byte is one that somebody waits for. */
const leaveOut: Plugin = {
  name: 'leave-out',
  enforce: 'pre',
  load(id) {
    // It loads styles before a chunk, and chunks have none here.
    if (id === '\0vite/preload-helper.js') return 'export const __vitePreload = (load) => load();';
    if (id.endsWith('/session/refusal.ts')) return LATER;
    return id.endsWith('/src/header-value.ts') ? NO_NAMES : undefined;
  },
};

export default defineConfig({
  plugins: [leaveOut],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // Read from its sources, a package is split by what is loaded when: signing comes only with credentials.
  resolve: { conditions: ['@ossgrant/source', 'module', 'browser', 'import'] },
  // The page's policy allows no WebAssembly, and an attempt would be reported: CRC-64 takes its JavaScript, and the module is left out.
  define: { 'globalThis.WebAssembly': 'undefined' },
  build: {
    outDir: 'dist/built',
    target: 'es2023',
    // Chunks are loaded by import() alone.
    modulePreload: false,
    manifest: 'manifest.json',
    rolldownOptions: {
      treeshake: {
        // Checks of options, which the compiler has made here: all callers are the page's own.
        manualPureFunctions: [
          'checkArgument',
          'checkBytes',
          'checkCrc',
          'checkErrorResponse',
          'checkHints',
          'checkLength',
          'checkNames',
          'checkNumbers',
          'checkOptions',
          'checkRequest',
          'checkSource',
          'listOf',
          'mapOf',
          'methods',
          'nestedOptions',
          'optional',
          'optionsCheck',
          'special',
          'takes',
        ],
        propertyReadSideEffects: false,
      },
      // The server links the style. Were it the script's, Vite would load it again, from a wrong path, before the first chunk.
      input: ['src/page/start-english.ts', 'src/page/start-chinese.ts', 'src/page/page.css'],
      output: {
        entryFileNames: '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'transfer', test: AT_ONCE },
            { name: 'main', test: FIRST },
          ],
        },
      },
    },
  },
});
