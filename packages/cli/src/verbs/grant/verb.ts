import { toProvider, type Credentials } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { assumeRole, type SessionPolicy, sessionNameFor } from '@ossgrant/credentials-sts';
import { explainPolicy } from '@ossgrant/credentials-sts/policy';
import type { EndpointOptions } from '@ossgrant/signer-core';
import { settledCredentials } from '../../connection/credentials.ts';
import { endpointOptions, CONNECTION_OPTIONS, STS_OPTIONS, stsOptions } from '../../connection/endpoint.ts';
import { grantServer, SERVER_OPTIONS } from '../../connection/grant-server.ts';
import { proxiedFetch } from '../../connection/proxy.ts';
import { usageError } from '../../failure/cli-error.ts';
import { type ObjectAddress, parseObjectAddress } from '../../input/object-address.ts';
import { objectsOf } from '../../input/objects-of-one-bucket.ts';
import { parseDuration, parseInstant } from '../../input/values.ts';
import { type ProcessContext, defineVerb, type OptionTable, type OptionValues, type Verb } from '../../verb.ts';
import { SCOPE_OPTIONS, scopeOf } from '../policy/scope.ts';
import { assertFormat, formatGrant, GRANT_FORMATS, type GrantWarning } from './formats.ts';

const OPTIONS = {
  role: { type: 'text', value: 'ARN', help: 'role to assume and restrict (default: ALIBABA_CLOUD_ROLE_ARN)' },
  duration: { type: 'text', short: 'd', value: '15m|1h', help: "from 15m to the role's maximum (default: 1h)" },
  session: { type: 'text', value: 'NAME', help: 'name of the recipient in the audit log (default: ossgrant)' },
  'external-id': { type: 'text', value: 'ID', help: "external ID, agreed with the role's owner" },
  ...SCOPE_OPTIONS,
  format: { type: 'text', short: 'f', choices: GRANT_FORMATS, help: 'output format (default: env)' },
  json: { type: 'flag', help: 'same as --format json' },
  ...CONNECTION_OPTIONS,
  ...STS_OPTIONS,
  server: { ...SERVER_OPTIONS.server, help: 'ask this grant server, with its API key, instead of STS' },
} as const satisfies OptionTable;

type GrantVerbOptions = OptionValues<typeof OPTIONS>;

/** `ossgrant grant`: temporary credentials that can download some objects or folders, and nothing else. */
export const grant: Verb<typeof OPTIONS> = defineVerb({
  name: 'grant',
  summary: 'Get temporary credentials that can download some objects or folders',
  examples: [
    {
      description: 'one object, for an hour, into this shell',
      command: 'eval "$(ossgrant grant oss://my-bucket/report.pdf --role acs:ram::1234567890123456:role/download)"',
    },
    {
      description: 'a folder that alice may list and download, for 15 minutes',
      command: 'ossgrant grant oss://my-bucket/team-a/ --list --session alice --duration 15m --format json',
    },
    {
      description: 'from a grant server, whose API key is in OSSGRANT_API_KEY',
      command: 'ossgrant grant oss://my-bucket/team-a/ --server https://files.example.com',
    },
    {
      description: 'two folders, as a remote for rclone',
      command: 'ossgrant grant oss://my-bucket/a/ oss://my-bucket/b/ --list -f rclone > rclone.conf',
    },
  ],
  positional: { name: 'oss://BUCKET/KEY|FOLDER/', min: 1 },
  options: OPTIONS,
  async run({ args, options, env, cwd, stdout, stderr, signal }) {
    const addresses = args.map(parseObjectAddress);
    const policy = scopeOf(addresses, options);
    const format = options.json ? 'json' : (options.format ?? 'env');
    if (options.json && options.format !== undefined) throw usageError('--json and --format exclude each other');
    const endpoint = endpointOf(options, env);
    assertFormat(format, { addresses, endpoint });
    const given =
      options.server === undefined
        ? await byRole(policy, { options, env, signal })
        : await byServer(addresses, { options, env, cwd, signal });
    const { credentials, sessionName } = given;
    const allows = explainPolicy(policy);
    const warnings = warningsOf(given, options);
    await stdout.write(formatGrant({ ...given, addresses, endpoint, policy, allows, warnings }, format));
    await stderr.line(allows);
    for (const { message } of warnings) await stderr.line(`caution: ${message}`);
    await stderr.line(
      `Valid until ${credentials.expiration?.toISOString()}${sessionName === undefined ? '' : `, as ${sessionName}`}. To revoke it earlier, change the role's permissions.`,
    );
  },
});

/** Credentials, and who gave them as whom. */
interface Given {
  readonly credentials: Credentials;
  readonly sessionName?: string;
  readonly roleArn?: string;
}

type Call = Pick<ProcessContext, 'env' | 'signal'> & { readonly options: GrantVerbOptions };

async function byRole(policy: SessionPolicy, { options, env, signal }: Call): Promise<Given> {
  const [roleArn, sessionName] = [roleOf(options, env), sessionNameFor(options.session ?? 'ossgrant')];
  const source = assumeRole({
    caller: await settledCredentials({ profile: options.profile, env }, signal),
    roleArn,
    sessionName,
    scope: policy,
    durationSeconds: parseDuration('--duration', options.duration ?? '1h'),
    ...defined({ externalId: options['external-id'] }),
    ...stsOptions(options, env),
    fetch: await proxiedFetch(env),
  });
  return { credentials: await toProvider(source).getCredentials({ signal }), sessionName, roleArn };
}

// What narrows the grant in another way than the server can must not be lost in silence.
const NOT_WITH_SERVER = ['role', 'external-id', 'versions', 'ip', 'until', 'https-only', 'profile'] as const;

async function byServer(addresses: readonly ObjectAddress[], call: Call & { readonly cwd: string }): Promise<Given> {
  const { options } = call;
  const wrong = NOT_WITH_SERVER.find((name) => {
    const value = options[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  });
  if (wrong !== undefined) throw usageError(`--server and --${wrong} exclude each other`);
  const objects = objectsOf(addresses, 'grant');
  const server = await grantServer(options, call);
  const { expiration, ...key } = await server.call<Credentials & { readonly expiration: string }>(
    'POST',
    '/v1/grants',
    {
      ...objects,
      ...(options.list ? { list: true } : {}),
      durationSeconds: parseDuration('--duration', options.duration ?? '1h'),
      ...defined({ sessionName: options.session }),
    },
  );
  return {
    credentials: { ...key, expiration: new Date(expiration) },
    ...defined({ sessionName: options.session === undefined ? undefined : sessionNameFor(options.session) }),
  };
}

function warningsOf(
  { credentials: { expiration }, sessionName }: Given,
  { until, session }: GrantVerbOptions,
): readonly GrantWarning[] {
  const warnings: GrantWarning[] = [];
  if (expiration !== undefined && until !== undefined && parseInstant('--until', until) > expiration) {
    const message = `the credentials expire before --until: at ${expiration.toISOString()}`;
    warnings.push({ code: 'UNTIL_AFTER_EXPIRATION', message });
  }
  if (sessionName !== undefined && session !== undefined && session !== sessionName) {
    const message = `STS allows no such session name: the audit log shows "${sessionName}"`;
    warnings.push({ code: 'SESSION_RENAMED', message });
  }
  return warnings;
}

function roleOf({ role }: GrantVerbOptions, env: ProcessContext['env']): string {
  const roleArn = role ?? env['ALIBABA_CLOUD_ROLE_ARN']?.trim();
  if (roleArn !== undefined && roleArn !== '') return roleArn;
  throw usageError('the role is missing', 'give --role acs:ram::ACCOUNT:role/NAME, or set ALIBABA_CLOUD_ROLE_ARN');
}

// For the recipient of the credentials; STS does not need it.
function endpointOf(options: GrantVerbOptions, env: ProcessContext['env']): EndpointOptions {
  const known = [options.region, options.endpoint, env['OSS_REGION'], env['OSS_ENDPOINT']];
  return known.every((value) => (value ?? '') === '') ? {} : endpointOptions(options, env);
}
