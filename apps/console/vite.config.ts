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
const startFirst = (): Plugin => {
  const styles: string[] = [];
  return {
    name: 'start-first',
    generateBundle: {
      order: 'pre',
      handler(_, bundle) {
        // Before the bundler writes down which styles the parts that are loaded later need: these are there by then.
        for (const file of Object.values(bundle)) {
          if (file.type !== 'chunk' || !file.isEntry) continue;
          for (const name of file.viteMetadata?.importedCss ?? []) {
            const style = bundle[name];
            if (style?.type === 'asset') styles.push(String(style.source).trim());
            delete bundle[name];
          }
          file.viteMetadata?.importedCss.clear();
        }
      },
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const start = Object.values(bundle).find((file) => file.type === 'chunk' && file.name === 'start');
        const files = start?.type === 'chunk' ? [start.fileName, ...start.imports] : [];
        // Only fetched: "modulepreload" would have them read before the first picture, too.
        const preloads = files
          .filter((name) => !html.includes(name))
          .map((name) => `<link rel="preload" as="script" crossorigin fetchpriority="low" href="./${name}">`);
        const isLater = /<(?:script type="module"|link rel="modulepreload").*?>(?:<\/script>)?\s*/g;
        const later = Array.from(html.matchAll(isLater), ([tag]) => tag.trim());
        return html
          .replaceAll(isLater, '')
          .replace('</head>', () => `<style>${styles.join('')}</style>\n  </head>`)
          .replace('</body>', `${[...later.toReversed(), ...preloads].join('\n    ')}\n  </body>`);
      },
    },
  };
};

export default defineConfig({
  // Relative, as the server's public address may have a path of its own before `/console/`.
  base: './',
  plugins: [
    compiledTexts,
    { ...optimizeLocales.vite({ locales: ['en-US', 'zh-CN'] }), enforce: 'pre' as const },
    react(),
    startFirst(),
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
