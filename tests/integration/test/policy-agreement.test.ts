import fc from 'fast-check';
import { toProvider, type Credentials } from '@ossgrant/credentials-core';
import { assumeRole } from '@ossgrant/credentials-sts';
import { readPolicy, simulatePolicy, type SimulateOptions } from '@ossgrant/credentials-sts/policy';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signHeadersV4 } from '@ossgrant/signer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// local-oss and credentials-sts each read and evaluate policies with code of their own. Here they must agree, on real requests.

const KEYS = ['dir/k', 'dir/sub/k', 'dirk', 'k*', '12'];
const BUCKETS = ['bucket-a', 'bucket-b'];

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  for (const bucket of BUCKETS) for (const key of KEYS) await oss.put(bucket, key, 'content');
});
afterAll(() => oss.close());

interface TestRequest {
  readonly method: string;
  readonly action: string;
  readonly bucket: string;
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
}

const narrowAction = fc.constantFrom(
  '*',
  'oss:*',
  'oss:GetObject',
  'oss:getobject',
  'OSS:Get*',
  'oss:?etObject',
  'oss:GetObject?',
  'oss:PutObject',
  'oss:ListObjects',
  'oss:List*',
  'ecs:*',
  'oss:*Object',
  'oss:DeleteObject',
);
// Without those that fit much, hardly anything would be allowed, or denied by a statement.
const action = fc.oneof(fc.constantFrom('*', 'oss:*', 'oss:Get*'), narrowAction);
const path = fc.constantFrom(
  '*',
  'bucket-a',
  'bucket-?',
  'bucket-a/*',
  '*/k',
  'bucket-a/dir*',
  'bucket-a/dir/*',
  'bucket-b/dir/*/k',
  'bucket-a/k*',
  '*a/dir/?',
  'bucket-a/dir/k',
  'bucket-a/DIR/k',
  'bucket-b/12',
  'bucket-b*',
  'bucket-a/**k',
  'bucket-a?dir/k',
);
const place = fc.constantFrom(
  '*:*',
  'oss-cn-hangzhou:*',
  'oss-cn-*:1000000000000001',
  'oss-cn-beijing:*',
  '*:2',
  '?*:*1',
);
const resource = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('*', 'acs:oss:*:*:*') },
  { weight: 8, arbitrary: fc.tuple(place, path).map(([where, what]) => `acs:oss:${where}:${what}`) },
);

const texts = fc.constantFrom('dir/', 'dir/*', '', '*', '12', '1?', '/', 'DIR/', 'vpc-1');
const numbers = fc.constantFrom('12', '12.0', '11', '13');
const dates = fc.constantFrom('2020-01-01T00:00:00Z', '2100-01-01T08:00:00+08:00', '2100-01-01');
const networks = fc.constantFrom(
  '127.0.0.1',
  '127.0.0.0/8',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '::1',
  '::/0',
  '126.0.0.0/7',
  '128.0.0.0/1',
);
const textKeys = fc.constantFrom('oss:Prefix', 'oss:Delimiter', 'acs:SourceVpc');
const comparisons = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const words = ['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'];

function test(
  operators: readonly string[],
  key: fc.Arbitrary<string>,
  value: fc.Arbitrary<string>,
): fc.Arbitrary<object> {
  const values = fc.array(value, { minLength: 1, maxLength: 2 });
  return fc
    .tuple(fc.constantFrom(...operators), key, values)
    .map(([operator, name, wanted]) => ({ [operator]: { [name]: wanted.length === 1 ? wanted[0] : wanted } }));
}

const condition = fc
  .array(
    fc.oneof(
      test(
        words.map((word) => `String${word}`),
        textKeys,
        texts,
      ),
      test(
        comparisons.map((word) => `Numeric${word}`),
        fc.constant('oss:Prefix'),
        numbers,
      ),
      test(
        comparisons.map((word) => `Date${word}`),
        fc.constant('acs:CurrentTime'),
        dates,
      ),
      test(['IpAddress', 'NotIpAddress'], fc.constant('acs:SourceIp'), networks),
      test(['Bool'], fc.constant('acs:SecureTransport'), fc.constantFrom('true', 'false', 'TRUE')),
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map((tests): object => Object.assign({}, ...tests) as object);

const oneOrMore = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));
const statement = fc.record(
  {
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Action: oneOrMore(action),
    Resource: oneOrMore(resource),
    Condition: condition,
  },
  { requiredKeys: ['Effect', 'Action', 'Resource'] },
);
const policy = fc.record({ Version: fc.constant('1'), Statement: fc.array(statement, { minLength: 1, maxLength: 3 }) });

const object = fc.record({ bucket: fc.constantFrom(...BUCKETS), key: fc.constantFrom(...KEYS) });
const ofObject = (method: string, name: string): fc.Arbitrary<TestRequest> =>
  object.map((where) => ({ method, action: name, ...where }));
const request = fc.oneof<fc.Arbitrary<TestRequest>[]>(
  ofObject('GET', 'oss:GetObject'),
  ofObject('HEAD', 'oss:GetObject'),
  ofObject('PUT', 'oss:PutObject'),
  fc.record({
    method: fc.constant('GET'),
    action: fc.constant('oss:ListObjects'),
    bucket: fc.constantFrom(...BUCKETS),
    query: fc.record({ prefix: fc.constantFrom('dir/', '12', ''), delimiter: fc.constant('/') }, { requiredKeys: [] }),
  }),
);

async function isAllowed(wanted: TestRequest, credentials: Credentials): Promise<boolean> {
  const { action: _, ...sent } = wanted;
  const endpoint = resolveEndpoint({ region: oss.region, endpoint: oss.endpoint });
  const {
    origin,
    path: target,
    method,
    headers,
  } = signHeadersV4({ ...sent, endpoint }, credentials, { date: new Date() });
  const response = await fetch(`${origin}${target}`, {
    method,
    headers,
    ...(method === 'PUT' ? { body: Buffer.from('content') } : {}),
  });
  const text = await response.text();
  // Only a missing permission may refuse it.
  expect([200, 403]).toContain(response.status);
  if (response.status === 403 && method !== 'HEAD') expect(text).toContain('<Code>AccessDenied</Code>');
  return response.status === 200;
}

function simulated(
  wanted: TestRequest,
  policies: Pick<SimulateOptions, 'policies' | 'sessionPolicy'>,
): SimulateOptions {
  const { prefix, delimiter } = wanted.query ?? {};
  return {
    ...policies,
    action: wanted.action,
    bucket: wanted.bucket,
    ...(wanted.key === undefined ? {} : { key: wanted.key }),
    region: oss.region,
    accountId: '1000000000000001',
    conditions: {
      'acs:SourceIp': '127.0.0.1',
      'acs:SecureTransport': 'false',
      'acs:CurrentTime': new Date().toISOString(),
      ...(prefix === undefined ? {} : { 'oss:Prefix': prefix }),
      ...(delimiter === undefined ? {} : { 'oss:Delimiter': delimiter }),
    },
  };
}

const MALFORMED = [
  ['DateLessThan', '2026 2026-1-1 2026-02-30 2026-12-01T00:00 2026-12-01T00:00:00 2026-12-01T00:00:00+0800 1.12.2026'],
  ['DateEquals', '2026-12-01T25:00:00Z 2026-12-01T00:00:00Zulu tomorrow'],
  ['IpAddress', 'fe80::1%eth0 01.2.3.4 1.2.3 1.2.3.4/33 1.2.3.4/ 1.2.3.4/8/8 10.0.0.* ::1::2 ::/129 [::1]'],
  ['NumericEquals', '0x10 1e3 Infinity NaN 1,5 --1 .5 5.'],
  ['Bool', '1 yes'],
].flatMap(([operator = '', values = '']) => ['', ' ', ...values.split(' ')].map((value) => [operator, value] as const));
const READABLE: readonly (readonly [string, string | boolean])[] = [
  ['DateLessThan', '2026-12-01'],
  ['DateLessThan', '2026-12-01T00:00Z'],
  ['DateLessThan', '2026-12-01T08:00:00.5+08:00'],
  ['IpAddress', '::ffff:1.2.3.4'],
  ['IpAddress', '1.2.3.4/08'],
  ['IpAddress', '2001:DB8::/32'],
  ['NumericEquals', '-1'],
  ['NumericEquals', '007'],
  ['NumericEquals', '1.50'],
  ['Bool', true],
  ['Bool', 'FALSE'],
];
const ALLOW = { Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' } as const;

describe('simulatePolicy and local-oss', () => {
  it('decide alike, whatever the policies of role and session are', { timeout: 60_000 }, async () => {
    const counts = { allow: 0, 'explicit-deny': 0, 'implicit-deny': 0 };
    let roles = 0;
    const setup = fc.record({
      policies: fc.array(policy, { minLength: 1, maxLength: 2 }),
      sessionPolicy: fc.option(policy, { nil: undefined, freq: 1 }),
      requests: fc.array(request, { minLength: 4, maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(setup, async ({ policies, sessionPolicy, requests }) => {
        const roleArn = oss.addRole({ name: `role-${(roles += 1)}`, policies });
        const scope = sessionPolicy === undefined ? ('whole-role' as const) : readPolicy(sessionPolicy);
        const source = assumeRole({ caller: oss.owner, roleArn, sessionName: 'test', scope, endpoint: oss.endpoint });
        const credentials = await toProvider(source).getCredentials();
        for (const wanted of requests) {
          const asked = simulated(wanted, { policies, ...(sessionPolicy === undefined ? {} : { sessionPolicy }) });
          const { decision, why } = simulatePolicy(asked);
          counts[decision] += 1;
          expect({ wanted, why, isAllowed: decision === 'allow' }).toEqual({
            wanted,
            why,
            isAllowed: await isAllowed(wanted, credentials),
          });
        }
      }),
      { numRuns: 100 },
    );
    // A property that only ever sees one decision proves little.
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(10);
  });

  it.each(MALFORMED)('both refuse %s %j', (operator, value) => {
    expect(acceptedBy(conditional(operator, value))).toEqual({ simulate: false, local: false });
  });

  it.each(READABLE)('both read %s %j', (operator, value) => {
    expect(acceptedBy(conditional(operator, value))).toEqual({ simulate: true, local: true });
  });

  it('refuse the same documents', () => {
    const odd = fc.constantFrom<unknown>('', ' ', 'x', 'oss', ':', '*:*', 'acs:oss:*:*:', 1, true, null, [], {}, [
      '*',
      1,
    ]);
    const oddName = fc.constantFrom(
      'Effect',
      'Action',
      'Resource',
      'Condition',
      'Sid',
      'Principal',
      'NotAction',
      'effect',
    );
    const oddStatement = fc
      .tuple(fc.constant(ALLOW), oddName, odd)
      .map(([good, name, value]): object => ({ ...good, [name]: value }));
    const documents = fc.oneof(
      fc.array(fc.oneof(oddStatement, statement), { maxLength: 2 }).map((Statement) => ({ Version: '1', Statement })),
      fc.record({ Version: odd, Statement: fc.constant(ALLOW) }),
      fc.tuple(oddName, odd).map(([name, value]) => ({ Version: '1', Statement: ALLOW, [name]: value })),
      odd,
    );
    fc.assert(
      fc.property(documents, (document) => {
        const { simulate, local } = acceptedBy(document);
        expect({ document, simulate }).toEqual({ document, simulate: local });
      }),
      { numRuns: 500 },
    );
  });
});

const conditional = (operator: string, value: unknown): object => ({
  Version: '1',
  Statement: { ...ALLOW, Condition: { [operator]: { 'oss:Prefix': value } } },
});

/** Which of the two takes a document for a policy. */
function acceptedBy(document: unknown): { readonly simulate: boolean; readonly local: boolean } {
  const text = JSON.stringify(document);
  const accepts = (read: () => unknown): boolean => {
    try {
      read();
      return true;
    } catch {
      return false;
    }
  };
  return {
    simulate: accepts(() => readPolicy(text)),
    local: accepts(() => oss.addUser({ name: 'reader', policies: [text] })),
  };
}
