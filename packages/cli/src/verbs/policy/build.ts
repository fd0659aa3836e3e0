import { explainPolicy } from '@ossgrant/credentials-sts/policy';
import { parseObjectAddress } from '../../object-address.ts';
import { safeJson } from '../../output/safe-json.ts';
import { defineVerb, type Verb } from '../../verb.ts';
import { SCOPE_OPTIONS, scopeOf } from './scope.ts';

/** `ossgrant policy build`: the least policy for a download. */
export const policyBuild: Verb<typeof SCOPE_OPTIONS> = defineVerb({
  name: 'policy build',
  summary: 'Write the least policy for downloading an object or a folder',
  examples: [
    { says: 'one object', command: 'ossgrant policy build oss://my-bucket/report.pdf' },
    {
      says: 'a folder, which may be listed, from one network',
      command: 'ossgrant policy build oss://my-bucket/team-a/ --list --ip 203.0.113.0/24',
    },
  ],
  positional: { name: 'oss://BUCKET/KEY|FOLDER/', min: 1, max: 1 },
  options: SCOPE_OPTIONS,
  async run({ args, options, stdout, stderr }) {
    const policy = scopeOf(parseObjectAddress(args[0] ?? ''), options);
    await stdout.write(`${safeJson(policy, 2)}\n`);
    await stderr.line(explainPolicy(policy));
  },
});
