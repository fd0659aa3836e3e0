import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// The graph is read from the sources, with the rules of package.json: what a runtime may load, not what one run loaded.
const root = new URL('../../', import.meta.url);

type Target = string | { readonly [condition: string]: Target };
interface Manifest {
  readonly imports: { readonly '#hash': Target };
  readonly exports: Readonly<Record<string, Target>>;
}
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Manifest;

/** As Node resolves conditional targets: the first condition that holds, in the order written. */
function resolveTarget(target: Target, conditions: readonly string[]): string | undefined {
  if (typeof target === 'string') return target;
  for (const [condition, inner] of Object.entries(target)) {
    if (condition !== 'default' && !conditions.includes(condition)) continue;
    const found = resolveTarget(inner, conditions);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Everything outside the package that the entry can load. */
function externalImports(entry: string, conditions: readonly string[]): readonly string[] {
  const external = new Set<string>();
  const seen = new Set<string>();
  const waiting = [new URL(entry, root)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file.href)) continue;
    seen.add(file.href);
    const source = readFileSync(file, 'utf8');
    for (const [, type, name = ''] of source.matchAll(/^(?:import|export)( type)? [^;]*?from '([^']+)';$/gm)) {
      if (type !== undefined) continue;
      if (name === '#hash') waiting.push(new URL(resolveTarget(manifest.imports['#hash'], conditions) ?? '', root));
      else if (name.startsWith('.')) waiting.push(new URL(name, file));
      else external.add(name);
    }
    for (const [, name = ''] of source.matchAll(/getBuiltinModule\('([^']+)'\)/g)) external.add(name);
    expect(source, 'no import that this reader does not follow').not.toMatch(/\b(import|require)\s*\(|^import '/m);
  }
  return [...external];
}

const sources = Object.values(manifest.exports)
  .map((target) => resolveTarget(target, ['@ossgrant/source']))
  .filter((path) => path?.endsWith('.ts') === true);

describe('what signer-core loads', () => {
  it('has three entries', () => {
    expect(sources).toEqual(['./src/index.ts', './src/rpc.ts', './src/steps/index.ts']);
  });

  it.each(sources)('on Node, from %s: node:crypto, and at most what credentials are', (entry = '') => {
    const names = externalImports(entry, ['@ossgrant/source', 'node', 'import']);
    expect(names).toContain('node:crypto');
    expect(names.filter((name) => !name.startsWith('@ossgrant/credentials-core'))).toEqual(['node:crypto']);
  });

  it.each(sources)('in a browser, from %s: @noble/hashes and no Node built-in', (entry = '') => {
    const names = externalImports(entry, ['@ossgrant/source', 'browser', 'import']);
    expect(names).toContain('@noble/hashes/hmac.js');
    expect(names.filter((name) => !/^@noble\/hashes\/|^@ossgrant\/credentials-core(\/internal)?$/.test(name))).toEqual(
      [],
    );
  });

  it('is chosen alike for the published files', () => {
    expect(resolveTarget(manifest.imports['#hash'], ['node', 'require'])).toBe('./dist/hash/hash-node.js');
    expect(resolveTarget(manifest.imports['#hash'], ['browser', 'import'])).toBe('./dist/hash/hash-noble.js');
    expect(resolveTarget(manifest.imports['#hash'], ['workerd', 'import'])).toBe('./dist/hash/hash-noble.js');
  });
});
