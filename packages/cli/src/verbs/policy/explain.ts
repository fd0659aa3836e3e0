import { explainPolicy, readPolicy } from '@ossgrant/credentials-sts/policy';
import { safeJson } from '../../output/safe-json.ts';
import { readText } from '../../read-text.ts';
import { defineVerb, type OptionTable, type Verb } from '../../verb.ts';

const OPTIONS = {
  json: { type: 'flag', help: '{"explanation": ...}' },
} as const satisfies OptionTable;

/** `ossgrant policy explain`: a policy in words. */
export const policyExplain: Verb<typeof OPTIONS> = defineVerb({
  name: 'policy explain',
  summary: 'Say in words what a policy allows',
  examples: [
    { says: 'a file', command: 'ossgrant policy explain policy.json' },
    { says: 'from a pipe', command: 'aliyun ram GetPolicy ... | jq -r .PolicyDocument | ossgrant policy explain' },
  ],
  positional: { name: 'FILE', min: 0, max: 1, completes: 'file' },
  options: OPTIONS,
  async run({ args: [file = '-'], options, stdout, cwd, stdin }) {
    const explanation = explainPolicy(readPolicy(await readText(file, { cwd, stdin })));
    if (options.json) await stdout.write(`${safeJson({ explanation })}\n`);
    else await stdout.line(explanation);
  },
});
