import { toProvider } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { getCallerIdentity } from '@ossgrant/credentials-sts';
import { describedChain } from '../connection/credentials.ts';
import { CONNECTION_OPTIONS, STS_OPTIONS, stsOptions } from '../connection/endpoint.ts';
import { proxiedFetch } from '../connection/proxy.ts';
import { safeJson } from '../output/format.ts';
import { defineVerb, type OptionTable, type Verb } from '../verb.ts';

const OPTIONS = {
  json: { type: 'flag', help: 'write one JSON object' },
  profile: CONNECTION_OPTIONS.profile,
  ...STS_OPTIONS,
} as const satisfies OptionTable;

/** `ossgrant whoami`: shows whose credentials are in use, and where they come from. */
export const whoami: Verb<typeof OPTIONS> = defineVerb({
  name: 'whoami',
  summary: 'Show whose credentials are in use, and where they come from',
  examples: [
    { description: 'ask STS; prints the ARN', command: 'ossgrant whoami' },
    { description: 'for a profile', command: 'ossgrant whoami --profile production' },
  ],
  positional: { name: '', min: 0, max: 0 },
  options: OPTIONS,
  async run({ options, env, stdout, stderr, signal }) {
    const chain = await describedChain({ profile: options.profile, env });

    let key;
    try {
      key = await toProvider(chain).getCredentials({ signal });
    } finally {
      for (const { name, state, reason } of chain.describe().sources) {
        if (state !== 'not-asked') await stderr.line(`${name}: ${reason?.replace(`${name}: `, '') ?? state}`);
      }
    }
    const { accessKeyId, securityToken, expiration } = key;
    const { answeredBy, sources } = chain.describe();
    await stderr.line(
      `key ${hint(accessKeyId)}, ${securityToken === undefined ? 'long-lived' : 'temporary'}` +
        (expiration === undefined ? '' : `, until ${expiration.toISOString()}`),
    );
    const identity = await getCallerIdentity({
      // The provider would fetch another key if this one were refused.
      caller: key,
      fetch: await proxiedFetch(env),
      signal,
      ...stsOptions(options, env),
    });
    if (!options.json) {
      await stderr.line(`${identity.identityType} of account ${identity.accountId}`);
      return stdout.line(identity.arn);
    }
    const credentials = {
      answeredBy,
      accessKeyId: hint(accessKeyId),
      temporary: securityToken !== undefined,
      ...defined({ expiresAt: expiration?.toISOString() }),
    };
    return stdout.write(`${safeJson({ ...identity, credentials, sources }, 2)}\n`);
  },
});

// Enough to distinguish keys, not enough to identify one.
function hint(accessKeyId: string): string {
  return `...${accessKeyId.slice(-4)}`;
}
