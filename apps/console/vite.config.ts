import { compileMessage } from '@lingui/message-utils/compileMessage';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Messages are parsed here, so that the page carries no parser. */
const compiledTexts: Plugin = {
  name: 'compiled-texts',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/src\/texts\/[\w-]+\.json$/.test(id)) return undefined;
    const texts = Object.entries(JSON.parse(code) as Record<string, string>);
    return JSON.stringify(Object.fromEntries(texts.map(([name, text]) => [name, compileMessage(text)])));
  },
};

/** Puts styles and scripts after what is seen first, which then waits for neither, and has what starts after it fetched with them. */
const startFirst: Plugin = {
  name: 'start-first',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const start = Object.values(bundle).find((file) => file.type === 'chunk' && file.name === 'start');
      const files = start?.type === 'chunk' ? [start.fileName, ...start.imports] : [];
      const preloads = files.map((name) => `<link rel="modulepreload" crossorigin href="/console/${name}">`);
      const isLater = /<(?:script type="module"|link rel="(?:modulepreload|stylesheet)").*?>(?:<\/script>)?\s*/g;
      const later = Array.from(html.matchAll(isLater), ([tag]) => tag.trim());
      const all = [...new Set([...later.toReversed(), ...preloads])];
      return html.replaceAll(isLater, '').replace('</body>', `${all.join('\n    ')}\n  </body>`);
    },
  },
};

export default defineConfig({
  base: '/console/',
  plugins: [
    compiledTexts,
    { ...optimizeLocales.vite({ locales: ['en-US', 'zh-CN'] }), enforce: 'pre' as const },
    react(),
    startFirst,
  ],
  // A link to the source on each of the workspace's packages; its own build is not needed.
  resolve: { conditions: ['@ossgrant/source', 'module', 'browser', 'production', 'import', 'default'] },
  build: {
    target: 'es2023',
    // The policy allows no inline content, and data: only for pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
