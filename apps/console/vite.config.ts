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

/** Has the first picture wait for no other file: styles stand in the page, and scripts after what is seen first. */
const startFirst: Plugin = {
  name: 'start-first',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const start = Object.values(bundle).find((file) => file.type === 'chunk' && file.name === 'start');
      const files = start?.type === 'chunk' ? [start.fileName, ...start.imports] : [];
      // Only fetched: "modulepreload" would have them read before the first picture, too.
      const preloads = files
        .filter((name) => !html.includes(name))
        .map((name) => `<link rel="preload" as="script" crossorigin fetchpriority="low" href="/console/${name}">`);
      const styled = html.replaceAll(/<link rel="stylesheet"[^>]*href="\/console\/([^"]+)">/g, (_, name: string) => {
        const file = bundle[name];
        if (file?.type !== 'asset') throw new Error(`there is no style ${name}`);
        delete bundle[name];
        return `<style>${String(file.source).trim()}</style>`;
      });
      const isLater = /<(?:script type="module"|link rel="modulepreload").*?>(?:<\/script>)?\s*/g;
      const later = Array.from(styled.matchAll(isLater), ([tag]) => tag.trim());
      const all = [...new Set([...later.toReversed(), ...preloads])];
      return styled.replaceAll(isLater, '').replace('</body>', `${all.join('\n    ')}\n  </body>`);
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
