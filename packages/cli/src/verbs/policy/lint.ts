import { lintPolicy, type PolicyFinding } from '@ossgrant/credentials-sts/policy';
import { EXIT } from '../../exit-codes.ts';
import { safeJson } from '../../output/safe-json.ts';
import { readText } from '../../read-text.ts';
import { defineVerb, type OptionTable, type Verb } from '../../verb.ts';

const OPTIONS = {
  json: { type: 'flag', help: '{"findings": [...]}' },
} as const satisfies OptionTable;

/** `ossgrant policy lint`: what a policy grants beyond one download, and what in it never applies. */
export const policyLint: Verb<typeof OPTIONS> = defineVerb({
  name: 'policy lint',
  summary: 'Find what a session policy grants too much, or never',
  examples: [
    { says: 'a file; exits with 1 when it finds errors or warnings', command: 'ossgrant policy lint policy.json' },
    { says: 'from a pipe, as JSON', command: 'ossgrant policy build oss://my-bucket/a/ | ossgrant policy lint --json' },
  ],
  positional: { name: 'FILE', min: 0, max: 1, completes: 'file' },
  options: OPTIONS,
  async run({ args: [file = '-'], options, stdout, stderr, cwd, stdin }) {
    const findings = lintPolicy(await readText(file, { cwd, stdin }));
    if (options.json) await stdout.write(`${safeJson({ findings }, 2)}\n`);
    else for (const finding of findings) for (const line of linesOf(finding)) await stdout.line(line);
    if (findings.length === 0) await stderr.line('nothing found');
    return findings.some(({ severity }) => severity !== 'info') ? EXIT.failure : EXIT.ok;
  },
});

function linesOf({ severity, code, path, message, fix }: PolicyFinding): readonly string[] {
  return [`${severity} ${code}${path === '' ? '' : ` at ${path}`}: ${message}`, `  ${fix}`];
}
