import fc from 'fast-check';
import { CredentialError } from '@ossgrant/credentials-core';
import { describe, expect, it } from 'vitest';
import { fromCliConfig } from '../../src/files/from-cli-config.ts';
import { fromCredentialsFile } from '../../src/files/from-credentials-file.ts';
import { fromOssutilConfig } from '../../src/files/from-ossutil-config.ts';
import { noting, obtain } from './files.ts';

const SECRET = 'q7Zk2vXw9';
const sources = { assumeRole: noting([], 'role'), ecsRamRole: noting([], 'ecs') };
const READERS = { fromCliConfig, fromCredentialsFile, fromOssutilConfig };

/** Files that were right before somebody edited them. */
const edited = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat({ max: text.length }), fc.nat({ max: 12 }), fc.string({ maxLength: 4 }))
    .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
const profile = { name: 'default', mode: 'RamRoleArn', access_key_id: 'id', ram_role_arn: 'acs:ram::1:role/r' };
const json = JSON.stringify({ current: 'default', profiles: [{ ...profile, access_key_secret: SECRET }] }, null, 2);
const ini = `[default]\ntype = access_key\naccess_key_id = id\naccess_key_secret = ${SECRET}\n`;
const ossutil = `[Credentials]\naccessKeyID=id\naccessKeySecret=${SECRET}\n`;

describe.each([
  ['fromCliConfig', json],
  ['fromCredentialsFile', ini],
  ['fromOssutilConfig', ossutil],
] as const)('%s', (name, text) => {
  it('fails on a damaged file only by a CredentialError that quotes no secret', async () => {
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(edited(text), async (damaged) => {
        const source = READERS[name]({ env: {}, home: '/me', readFile: async () => damaged, sources });
        const error = await obtain(source).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error === undefined) return;
        failures += 1;
        expect(error).toBeInstanceOf(CredentialError);
        const seen = [error, (error as Error).cause].map((value) => (value instanceof Error ? value.message : ''));
        for (let at = 0; at + 4 <= SECRET.length; at += 1) expect(seen.join()).not.toContain(SECRET.slice(at, at + 4));
      }),
      { numRuns: 2000 },
    );
    expect(failures).toBeGreaterThan(100);
  });
});
