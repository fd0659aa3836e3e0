import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The licences of the bundled third-party packages, which require a copy with every distribution.
 *
 * @param {readonly string[]} modules file names
 * @returns {string}
 */
export function thirdPartyLicences(modules) {
  const folders = new Set(
    modules
      .map((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0])
      .filter((id) => id !== undefined),
  );
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((candidate) => /^licen[cs]e/i.test(candidate));
    if (file === undefined || !existsSync(path.join(folder, file))) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}\n`;
  });
  return `This command holds parts of the following packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
