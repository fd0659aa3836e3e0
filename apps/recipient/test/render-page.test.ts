import { createHash } from 'node:crypto';
import type { LandingPage } from '@ossgrant/grant-handler';
import { expect, test } from 'vitest';
import { renderPage } from '../src/server/render-page.ts';

const FILES = {
  scripts: { en: '/recipient/en.js', 'zh-CN': '/recipient/zh.js' },
  main: '/recipient/main.js',
  style: { text: 'p{margin:0}', hash: createHash('sha256').update('p{margin:0}').digest('base64') },
};
const PAGE: LandingPage = {
  path: '/d/token',
  state: 'active',
  expiresAt: new Date('2027-01-01T00:00:00Z'),
  needsPassword: false,
  several: false,
  objects: [],
  openElsewhere: false,
  storage: 'https://bucket.oss-cn-hangzhou.aliyuncs.com',
};

async function rendered(changes: Partial<LandingPage>, language = 'en'): Promise<string> {
  const request = new Request('https://files.example.com/d/token', { headers: { 'accept-language': language } });
  return (await renderPage({ ...PAGE, ...changes }, request, FILES)).html;
}

test('allows its own scripts, the storage, and nothing inline but its style', async () => {
  const { html, policy } = await renderPage(PAGE, new Request('https://files.example.com/'), FILES);
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(policy).toContain(`default-src 'none'; script-src 'self'; style-src 'sha256-${hash}';`);
  expect(policy).toContain("form-action 'self' https://bucket.oss-cn-hangzhou.aliyuncs.com");
  expect(policy).toContain("trusted-types 'none'");
  expect(policy).not.toContain('unsafe');
  expect(html).not.toMatch(/\sstyle=|<script(?![^>]*(?:src=|application\/json))|\son[a-z]+=/);
});

test('lets no name break out of the page or of its data', async () => {
  const name = '</script><script>alert(1)</script>"\'&<img src=x>';
  const html = await rendered({
    several: true,
    filename: name,
    password: name,
    objects: [{ name, size: 1, path: `/d/token/o/${encodeURIComponent(name)}` }],
  });
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('<img');
  expect(html.match(/<\/script>/g)).toHaveLength(2);
});

test.each(['expired', 'used-up', 'paused', 'revoked', 'not-yet'] as const)(
  'has words and no form for a share that is %s',
  async (state) => {
    for (const language of ['en', 'zh-CN']) {
      const html = await rendered({ state, notBefore: new Date('2027-02-03T04:05:00Z') }, language);
      expect(html).toContain(`lang="${language}"`);
      expect(html).not.toMatch(/<form|<script|\{\w+\}|undefined/);
      expect(html).toMatch(/<h1>[^<]{4,}<\/h1>/);
    }
  },
);

test('offers nothing in a browser that cannot save files', async () => {
  const html = await rendered({ openElsewhere: true }, 'zh');
  expect(html).toContain('在浏览器打开');
  expect(html).not.toContain('<form');
});

test('asks for the password again after a wrong one', async () => {
  const refusal = { code: 'password-wrong', message: 'the password is wrong' } as const;
  const html = await rendered({ needsPassword: true, refusal });
  expect(html).toMatch(/role="alert"[\s\S]*This password is wrong[\s\S]*type="password"/);
});
