import { explainPolicy, readPolicy, lintPolicy, type PolicyFinding } from '@ossgrant/credentials-sts/policy';
import { EXIT } from '../../failure/cli-error.ts';
import { parseObjectAddress } from '../../input/object-address.ts';
import { readText } from '../../input/read-text.ts';
import { safeJson } from '../../output/format.ts';
import { defineVerb, type Verb, type OptionTable } from '../../verb.ts';
import { SCOPE_OPTIONS, scopeOf } from './scope.ts';

const MAX_SESSION_POLICY = 2048;

/** `ossgrant policy build`: writes the smallest policy for a download. */
export const policyBuild: Verb<typeof SCOPE_OPTIONS> = defineVerb({
  name: 'policy build',
  summary: 'Write the smallest policy for downloading some objects or folders',
  examples: [
    { description: 'one object', command: 'ossgrant policy build oss://my-bucket/report.pdf' },
    {
      description: 'list and download a folder, from one network only',
      command: 'ossgrant policy build oss://my-bucket/team-a/ --list --ip 203.0.113.0/24',
    },
  ],
  positional: { name: 'oss://BUCKET/KEY|FOLDER/', min: 1 },
  options: SCOPE_OPTIONS,
  async run({ args, options, stdout, stderr }) {
    const policy = scopeOf(args.map(parseObjectAddress), options);
    await stdout.write(`${safeJson(policy, 2)}\n`);
    await stderr.line(explainPolicy(policy));
    const bytes = Buffer.byteLength(JSON.stringify(policy));
    if (bytes > MAX_SESSION_POLICY) {
      await stderr.line(`caution: it has ${bytes} bytes, and STS accepts at most 2048 as a session policy`);
    }
  },
});

const OPTIONS = {
  json: { type: 'flag', help: 'write one JSON object: {"explanation": ...}' },
} as const satisfies OptionTable;

/** `ossgrant policy explain`: explains a policy in words. */
export const policyExplain: Verb<typeof OPTIONS> = defineVerb({
  name: 'policy explain',
  summary: 'Explain in words what a policy allows',
  examples: [
    { description: 'a file', command: 'ossgrant policy explain policy.json' },
    {
      description: 'from a pipe',
      command: 'aliyun ram GetPolicy ... | jq -r .PolicyDocument | ossgrant policy explain',
    },
  ],
  positional: { name: 'FILE', min: 0, max: 1, completes: 'file' },
  options: OPTIONS,
  async run({ args: [file = '-'], options, stdout, cwd, stdin }) {
    const explanation = explainPolicy(readPolicy(await readText(file, { cwd, stdin })));
    if (options.json) await stdout.write(`${safeJson({ explanation })}\n`);
    else await stdout.line(explanation);
  },
});

const OPTIONS_LINT = {
  json: { type: 'flag', help: 'write one JSON object: {"findings": [...]}' },
} as const satisfies OptionTable;

/** `ossgrant policy lint`: finds statements that allow more than a download, and statements that never apply. */
export const policyLint: Verb<typeof OPTIONS_LINT> = defineVerb({
  name: 'policy lint',
  summary: 'Find statements that allow too much or never apply',
  examples: [
    { description: 'a file; exits with 1 on errors or warnings', command: 'ossgrant policy lint policy.json' },
    {
      description: 'from a pipe, as JSON',
      command: 'ossgrant policy build oss://my-bucket/a/ | ossgrant policy lint --json',
    },
  ],
  positional: { name: 'FILE', min: 0, max: 1, completes: 'file' },
  options: OPTIONS_LINT,
  async run({ args: [file = '-'], options, stdout, stderr, cwd, stdin }) {
    const findings = lintPolicy(await readText(file, { cwd, stdin }));
    if (options.json) await stdout.write(`${safeJson({ findings }, 2)}\n`);
    else for (const finding of findings) for (const line of linesOf(finding)) await stdout.line(line);
    if (findings.length === 0) await stderr.line('no findings');
    return findings.some(({ severity }) => severity !== 'info') ? EXIT.failure : EXIT.ok;
  },
});

function linesOf({ severity, code, path, message, fix }: PolicyFinding): readonly string[] {
  return [`${severity} ${code}${path === '' ? '' : ` at ${path}`}: ${message}`, `  ${fix}`];
}
