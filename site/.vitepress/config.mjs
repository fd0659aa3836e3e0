// The site's shape: languages, navigation, search, and the policy that lets no page speak to anybody.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';
import { pages, published, REPOSITORY } from '../tools/stage.mjs';

// In the order in which a reader needs them; a guide that is not named here comes last.
const GUIDES = [
  'share-a-link',
  'hand-out-and-fetch',
  'run-a-grant-server',
  'receive-webhooks',
  'download-at-scale',
  'upload-by-link',
  'set-up-ram',
  'troubleshoot-signature-does-not-match',
  'key-leaked',
  'test-with-local-oss',
  'migrate-from-ali-oss',
  'alibaba-cloud-sdks',
  'bundlers-and-runners',
  'write-a-provider',
];

/** @param {string} file */
function placeOf(file) {
  const place = GUIDES.indexOf(path.parse(file).name);
  return place === -1 ? GUIDES.length : place;
}

/** @param {string} folder @returns {{ text: string, link: string }[]} */
function pagesIn(folder) {
  return readdirSync(path.join(pages, folder))
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .sort((a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b))
    .map((name) => ({ text: titleOf(path.join(folder, name)), link: `/${folder}/${name.slice(0, -3)}` }));
}

/** @param {string} file */
function titleOf(file) {
  return (
    readFileSync(path.join(pages, file), 'utf8')
      .match(/^# (.*)$/m)?.[1]
      ?.replaceAll('`', '') ?? file
  );
}

/** @returns {{ text: string, link: string }[]} */
const reference = () => JSON.parse(readFileSync(path.join(pages, 'api/entries.json'), 'utf8'));

const packages = published().map((folder) => {
  const page = `packages/${path.basename(folder)}`;
  return { text: titleOf(`${page}.md`), link: `/${page}` };
});

const english = {
  nav: [
    { text: 'Guides', link: '/guides/share-a-link' },
    { text: 'API', link: '/api/' },
    { text: 'Errors', link: '/errors' },
    { text: 'Playground', link: '/playground' },
  ],
  sidebar: [
    {
      text: 'Start',
      items: [
        { text: 'Overview', link: '/overview' },
        { text: 'Playground', link: '/playground' },
      ],
    },
    { text: 'Guides', items: pagesIn('guides') },
    {
      text: 'Packages',
      items: packages,
    },
    {
      text: 'Reference',
      items: [
        { text: 'Error codes', link: '/errors' },
        { text: 'Compatibility of local-oss', link: '/compatibility' },
        { text: 'API', collapsed: true, items: reference() },
      ],
    },
    {
      text: 'Background',
      collapsed: true,
      items: [
        { text: 'Architecture', link: '/architecture' },
        { text: 'Threat model', link: '/threat-model' },
        { text: 'Assumptions', link: '/assumptions' },
        { text: 'Decisions', collapsed: true, items: pagesIn('decisions') },
      ],
    },
  ],
};

const chinese = {
  nav: [
    { text: '快速入门', link: '/zh/getting-started' },
    { text: '排查签名错误', link: '/zh/troubleshooting' },
    { text: '在线解析', link: '/zh/playground' },
  ],
  sidebar: [
    {
      text: '开始',
      items: [
        { text: '概览', link: '/zh/overview' },
        { text: '快速入门', link: '/zh/getting-started' },
        { text: '排查签名错误', link: '/zh/troubleshooting' },
        { text: '在线解析', link: '/zh/playground' },
      ],
    },
    {
      text: '英文文档',
      items: [
        { text: '指南', link: '/guides/share-a-link' },
        { text: '各个包', link: '/packages/url-presigner' },
        { text: 'API 参考', link: '/api/' },
        { text: '错误码', link: '/errors' },
      ],
    },
  ],
  outline: { label: '本页目录' },
  docFooter: { prev: '上一页', next: '下一页' },
  darkModeSwitchLabel: '外观',
  lightModeSwitchTitle: '切换到浅色',
  darkModeSwitchTitle: '切换到深色',
  sidebarMenuLabel: '目录',
  returnToTopLabel: '回到顶部',
  langMenuLabel: '语言',
  skipToContentLabel: '跳到正文',
};

const POLICY = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  // The search index and the next page are modules of the site: nothing is fetched otherwise.
  "connect-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
];

/** @param {string} html */
function withPolicy(html) {
  const inline = Array.from(
    html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g),
    ([, code = '']) => code,
  );
  const hashes = inline.map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  const policy = [...POLICY, `script-src 'self' ${[...new Set(hashes)].join(' ')}`].join('; ');
  return html.replace('<head>', `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`);
}

export default defineConfig({
  // Pages that are linked to are fetched when they are opened, not before: the playground promises that no request follows input.
  router: { prefetchLinks: false },
  title: 'ossgrant',
  description: 'Authorized third-party download for Alibaba Cloud OSS',
  srcDir: '.pages',
  cleanUrls: true,
  lastUpdated: false,
  // Inline code that differs by page would give each page another policy; a page change keeps the first page's.
  metaChunk: true,
  transformHtml: withPolicy,
  sitemap: { hostname: 'https://ossgrant.github.io' },
  head: [
    ['meta', { name: 'referrer', content: 'no-referrer' }],
    ['link', { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' }],
  ],
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: english },
    zh: { label: '简体中文', lang: 'zh-CN', link: '/zh/', themeConfig: chinese },
  },
  themeConfig: {
    // Not every page has a translation: the language menu leads to the start.
    i18nRouting: false,
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    search: {
      provider: 'local',
      options: {
        locales: {
          zh: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                noResultsText: '没有结果',
                resetButtonTitle: '清除',
                footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
  vite: {
    resolve: { conditions: ['@ossgrant/source', 'browser', 'import', 'module', 'default'] },
    build: { chunkSizeWarningLimit: 2_000 },
  },
});
