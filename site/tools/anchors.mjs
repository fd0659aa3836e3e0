// Checks the anchors of all links between built pages: VitePress checks that a page exists, not that it has the heading.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** @param {string} dist @returns {readonly string[]} */
export function checkAnchors(dist) {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
  const html = new Map(files.map((file) => [`/${file}`, readFileSync(path.join(dist, file), 'utf8')]));
  const ids = new Map(
    Array.from(html, ([page, text]) => [page, new Set(Array.from(text.matchAll(/\sid="([^"]+)"/g), ([, id]) => id))]),
  );
  /** @type {string[]} */
  const broken = [];
  for (const [page, text] of html) {
    for (const [, href = ''] of text.matchAll(/<a [^>]*href="((?:\/|#)[^"]*#[^"]+|#[^"]+)"/g)) {
      const [to = '', anchor = ''] = href.split('#');
      const target = to === '' ? page : to;
      const wanted = [target, `${target}.html`, `${target}index.html`].find((name) => ids.has(name));
      // Links to the site's own assets have no page.
      if (wanted === undefined || ids.get(wanted)?.has(decodeURIComponent(anchor)) === true) continue;
      broken.push(`${page}: ${href}`);
    }
  }
  return broken;
}
