import { simulatePolicy, type SimulateOptions } from '@ossgrant/credentials-sts/policy';
import { usageError, EXIT } from '../../failure/cli-error.ts';
import { parseObjectAddress, type ObjectAddress } from '../../input/object-address.ts';
import { readText } from '../../input/read-text.ts';
import { parsePairs } from '../../input/values.ts';
import { safeJson } from '../../output/format.ts';
import { defineVerb, type OptionTable, type Verb } from '../../verb.ts';

const OPTIONS = {
  policy: {
    type: 'text',
    multiple: true,
    value: 'FILE',
    completes: 'file',
    help: 'policy of the user or role; - is stdin; one that allows is enough',
  },
  session: { type: 'text', value: 'FILE', completes: 'file', help: 'policy of the session: it must allow, too' },
  action: { type: 'text', value: 'ACTION', help: 'default: oss:GetObject; for oss:ListObjects the key is the prefix' },
  condition: { type: 'text', multiple: true, value: 'KEY=VALUE', help: 'such as acs:SourceIp=203.0.113.7' },
  region: { type: 'text', value: 'REGION', help: 'of the bucket; default: whichever the policies name' },
  account: { type: 'text', value: 'ID', help: "of the bucket's owner; default: whichever the policies name" },
  json: { type: 'flag', help: '{"decision": ..., "matched": [...], "why": ..., "absentKeys": [...]}' },
} as const satisfies OptionTable;

/** `ossgrant policy simulate`: what RAM would answer. */
export const policySimulate: Verb<typeof OPTIONS> = defineVerb({
  name: 'policy simulate',
  summary: 'Say whether policies would allow a request, and which statement decides',
  examples: [
    {
      says: 'a download by a session of a role; exits with 7 when it is denied',
      command: 'ossgrant policy simulate oss://my-bucket/team-a/x --policy role.json --session session.json',
    },
    {
      says: 'a listing of a folder',
      command: 'ossgrant policy simulate oss://my-bucket/team-a/ --policy role.json --action oss:ListObjects',
    },
  ],
  positional: { name: 'oss://BUCKET/KEY', min: 1, max: 1 },
  options: OPTIONS,
  async run({ args, options, stdout, stderr, cwd, stdin }) {
    const { action = 'oss:GetObject' } = options;
    // No statement would fit, and a denial would be the answer.
    if (!/^\w+:\w+$/.test(action)) throw usageError(`--action "${action}" is no action`, 'such as oss:GetObject');
    const files = [...options.policy, ...(options.session === undefined ? [] : [options.session])];
    if (options.policy.length === 0)
      throw usageError('no policy is given', 'give --policy FILE, or --policy - for stdin');
    if (files.filter((file) => file === '-').length > 1) throw usageError('stdin can be read once only');
    const policies: string[] = [];
    for (const file of options.policy) policies.push(await readText(file, { cwd, stdin }));
    const session = options.session === undefined ? undefined : await readText(options.session, { cwd, stdin });
    const result = simulatePolicy({
      policies,
      ...(session === undefined ? {} : { sessionPolicy: session }),
      ...requestOf(parseObjectAddress(args[0] ?? ''), action),
      ...(options.region === undefined ? {} : { region: options.region }),
      ...(options.account === undefined ? {} : { accountId: options.account }),
      conditions: conditionsOf(parseObjectAddress(args[0] ?? ''), action, options.condition),
    });
    if (options.json) await stdout.write(`${safeJson(result)}\n`);
    else await stdout.line(`${result.decision}: ${result.why}`);
    for (const key of result.absentKeys)
      await stderr.line(`${key} is taken for absent: --condition ${key}=VALUE gives it`);
    return result.decision === 'allow' ? EXIT.ok : EXIT.policyDenies;
  },
});

function isList(action: string): boolean {
  return action.toLowerCase() === 'oss:listobjects';
}

function requestOf({ bucket, key }: ObjectAddress, action: string): Pick<SimulateOptions, 'action' | 'bucket' | 'key'> {
  return key === '' || isList(action) ? { action, bucket } : { action, bucket, key };
}

// What is true of most requests, unless the caller says otherwise.
function conditionsOf(
  { key }: ObjectAddress,
  action: string,
  conditions: readonly string[],
): Readonly<Record<string, string>> {
  const given = Object.entries(parsePairs('--condition', conditions));
  return {
    'acs:CurrentTime': new Date().toISOString(),
    'acs:SecureTransport': 'true',
    ...(isList(action) ? { 'oss:Prefix': key } : {}),
    ...Object.fromEntries(given.map(([name, value]) => [name, value ?? ''])),
  };
}
