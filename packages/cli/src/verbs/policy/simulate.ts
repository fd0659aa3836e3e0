import { defined } from '@ossgrant/credentials-core/internal';
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
    help: 'policy of the user or role, one of which must allow the request; - is stdin',
  },
  session: { type: 'text', value: 'FILE', completes: 'file', help: 'policy of the session, which must also allow it' },
  action: {
    type: 'text',
    value: 'ACTION',
    help: 'action to test; for listings the key is the prefix (default: oss:GetObject)',
  },
  condition: {
    type: 'text',
    multiple: true,
    value: 'KEY=VALUE',
    help: 'fact about the request, such as acs:SourceIp=203.0.113.7',
  },
  region: { type: 'text', value: 'REGION', help: 'region of the bucket (default: any that the policies name)' },
  account: { type: 'text', value: 'ID', help: 'account of the bucket owner (default: any that the policies name)' },
  json: { type: 'flag', help: 'write one JSON object' },
} as const satisfies OptionTable;

/** `ossgrant policy simulate`: predicts the decision of RAM. */
export const policySimulate: Verb<typeof OPTIONS> = defineVerb({
  name: 'policy simulate',
  summary: 'Show whether policies allow a request, and which statement decides',
  examples: [
    {
      description: 'a download with a role session; exits with 7 if denied',
      command: 'ossgrant policy simulate oss://my-bucket/team-a/x --policy role.json --session session.json',
    },
    {
      description: 'listing a folder',
      command: 'ossgrant policy simulate oss://my-bucket/team-a/ --policy role.json --action oss:ListObjects',
    },
  ],
  positional: { name: 'oss://BUCKET/KEY', min: 1, max: 1 },
  options: OPTIONS,
  async run({ args, options, stdout, stderr, cwd, stdin }) {
    const { action = 'oss:GetObject' } = options;
    // A malformed action matches no statement and would always be denied.
    if (!/^\w+:\w+$/.test(action)) {
      throw usageError(`--action "${action}" is not a valid action`, 'for example oss:GetObject');
    }
    const files = [...options.policy, ...(options.session === undefined ? [] : [options.session])];
    if (options.policy.length === 0)
      throw usageError('--policy is missing', 'give --policy FILE, or --policy - for stdin');
    if (files.filter((file) => file === '-').length > 1) throw usageError('stdin can be read only once');
    const policies: string[] = [];
    for (const file of options.policy) policies.push(await readText(file, { cwd, stdin }));
    const session = options.session === undefined ? undefined : await readText(options.session, { cwd, stdin });
    const result = simulatePolicy({
      policies,
      ...defined({ sessionPolicy: session, region: options.region, accountId: options.account }),
      ...requestOf(parseObjectAddress(args[0] ?? ''), action),
      conditions: conditionsOf(parseObjectAddress(args[0] ?? ''), action, options.condition),
    });
    if (options.json) await stdout.write(`${safeJson(result)}\n`);
    else await stdout.line(`${result.decision}: ${result.why}`);
    for (const key of result.absentKeys)
      await stderr.line(`assumed that the request lacks ${key}; to set it, add --condition ${key}=VALUE`);
    return result.decision === 'allow' ? EXIT.ok : EXIT.policyDenies;
  },
});

function isList(action: string): boolean {
  return /^oss:list(objects|objectversions|multipartuploads)$/i.test(action);
}

function requestOf({ bucket, key }: ObjectAddress, action: string): Pick<SimulateOptions, 'action' | 'bucket' | 'key'> {
  return key === '' || isList(action) ? { action, bucket } : { action, bucket, key };
}

// Facts about most requests, which --condition overrides.
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
