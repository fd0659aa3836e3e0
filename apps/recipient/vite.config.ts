import { defineConfig } from 'vite';

export default defineConfig({
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
      // The server links the style. Were it the script's, Vite would load it again, from a wrong path, before the first chunk.
      input: ['src/page/main.tsx', 'src/page/page.css'],
      output: {
        entryFileNames: '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
      },
    },
  },
});
