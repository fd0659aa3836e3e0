import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainPolicy } from '../../src/policy/explain-policy.ts';
import { lintPolicy } from '../../src/policy/lint-policy.ts';
import { simulatePolicy, type SimulateOptions } from '../../src/policy/simulate-policy.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 500);

const ACTIONS = [
  'oss:GetObject',
  'OSS:getobject',
  'oss:Get*',
  'oss:*Object*',
  'oss:List*',
  'oss:ListObjects',
  'oss:*',
  '*',
];
const WRONG_ACTIONS = ['oss:GetObjects', 'oss:HeadObject', 's3:GetObject'];
const PATHS = ['*', 'b-1', 'b-1/*', 'b-1/dir/*', 'b-?', 'b-1?dir/k', 'b-*/k', 'b-1/dir/k', 'b-1/*/k', '?-1'];
const WRONG_PATHS = ['/b-1/*', 'B-1/dir/k', 'b.1/*', 'b-1//k', 'b-1/', 'b-', '-b*'];
const CONDITIONS = [
  {},
  { StringLike: { 'oss:Prefix': 'dir/*' } },
  { StringEquals: { 'oss:Delimiter': '/' } },
  { StringNotLike: { 'oss:Prefix': 'secret/*' } },
];

const statement = fc.record({
  Effect: fc.constant('Allow'),
  Action: fc.array(fc.constantFrom(...ACTIONS, ...WRONG_ACTIONS), { minLength: 1, maxLength: 2 }),
  Resource: fc
    .array(fc.constantFrom(...PATHS, ...WRONG_PATHS), { minLength: 1, maxLength: 2 })
    .map((paths) => paths.map((path) => `acs:oss:*:*:${path}`)),
  Condition: fc.constantFrom(...CONDITIONS),
});
const request = fc.oneof<fc.Arbitrary<Omit<SimulateOptions, 'policies'>>[]>(
  fc.record({
    action: fc.constantFrom('oss:GetObject', 'oss:PutObject', 'oss:GetObjectAcl'),
    bucket: fc.constantFrom('b-1', 'b-2'),
    key: fc.constantFrom('k', 'dir/k', 'dir/sub/k'),
  }),
  fc.record({
    action: fc.constantFrom('oss:ListObjects', 'oss:ListObjectVersions'),
    bucket: fc.constantFrom('b-1', 'b-2'),
    conditions: fc.constantFrom({}, { 'oss:Prefix': 'dir/', 'oss:Delimiter': '/' }),
  }),
  fc.record({ action: fc.constant('oss:GetBucketInfo'), bucket: fc.constantFrom('b-1', 'b-2') }),
);

describe('lintPolicy, explainPolicy and simulatePolicy', () => {
  it('read a statement alike: an action without effect allows no request and is not said to allow one', () => {
    let withEffect = 0;
    let withoutEffect = 0;
    fc.assert(
      fc.property(statement, fc.array(request, { minLength: 20, maxLength: 20 }), (one, requests) => {
        const policy = { Version: '1', Statement: one };
        const dead = new Set(
          lintPolicy(policy)
            .filter(({ code }) => code === 'NO_SUCH_ACTION' || code === 'NEVER_MATCHES')
            .map(({ path }) => path),
        );
        const explained = explainPolicy(policy);
        const allowed = requests.filter((each) => simulatePolicy({ policies: [policy], ...each }).decision === 'allow');
        if (allowed.length > 0) {
          withEffect += 1;
          expect(explained).not.toMatch(/^Allows nothing/);
        }
        for (const [at, Action] of one.Action.entries()) {
          if (!dead.has(`/Statement/0/Action/${at}`)) continue;
          withoutEffect += 1;
          const alone = { Version: '1', Statement: { ...one, Action } };
          expect(explainPolicy(alone)).toMatch(/^Allows nothing\. Without effect: /);
          for (const each of requests) {
            expect(simulatePolicy({ policies: [alone], ...each }).decision).toBe('implicit-deny');
          }
        }
        for (const resource of one.Resource.filter((text) => WRONG_PATHS.some((path) => text.endsWith(`:${path}`)))) {
          const alone = { Version: '1', Statement: { ...one, Resource: resource } };
          expect(lintPolicy(alone).map(({ code }) => code)).toContain('IMPOSSIBLE_RESOURCE');
          expect(explainPolicy(alone)).toMatch(/^Allows nothing\. Without effect: /);
        }
      }),
      { numRuns: RUNS },
    );
    expect(Math.min(withEffect, withoutEffect)).toBeGreaterThan(20);
  });
});
