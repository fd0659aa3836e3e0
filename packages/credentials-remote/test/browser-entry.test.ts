import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..');
const { imports, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
  readonly imports: Record<string, Record<string, Record<string, string>>>;
  readonly exports: Record<string, Record<string, string>>;
};

/** Everything that an entry imports where the condition `node` is not set. */
function importedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) [^;]*? from '([^']+)';$/gm)) {
    const mapped = imports[name]?.['@ossgrant/source']?.['default'];
    if (mapped !== undefined) importedBy(join(folder, mapped), seen);
    else if (name.startsWith('.')) importedBy(join(dirname(file), name), seen);
    else seen.add(name);
  }
  return seen;
}

describe('in a browser', () => {
  it.each(['.', './interop'])('the entry %s needs no module of Node', (entry) => {
    const names = [...importedBy(join(folder, exports[entry]?.['@ossgrant/source'] ?? ''))];
    expect(names.filter((name) => name.startsWith('node:') || name.startsWith('#'))).toEqual([]);
    expect(names).toContain('@ossgrant/credentials-core');
  });

  it('is not an empty claim: the process entry does need one', () => {
    const names = importedBy(join(folder, exports['./process']?.['@ossgrant/source'] ?? ''));
    expect(names).toContain('node:child_process');
  });
});
