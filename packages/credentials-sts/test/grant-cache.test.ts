import { describe, expect, it } from 'vitest';
import { createGrantCache, type Grant } from '../src/grant-cache.ts';
import { allowDownload } from '../src/policy/allow-download.ts';
import { clock, fakeSts, granted, session } from './sts-fixture.ts';

const grant = (changes: Partial<Grant> = {}): Grant => ({
  roleArn: session.roleArn,
  sessionName: 'alice',
  scope: allowDownload({ bucket: 'my-bucket', key: 'a.txt' }),
  ...changes,
});
const sixKeys = Array.from({ length: 8 }, (_, n) => ({ body: granted(n + 1) }));

describe('createGrantCache', () => {
  it('shares one call of STS among equal grants, however many ask at once', async () => {
    const sts = fakeSts(...sixKeys);
    const grants = createGrantCache({ caller: session.caller, fetch: sts.fetch, cache: { clock } });
    const asked = Array.from({ length: 100 }, () => grants.provider(grant()).getCredentials());
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(grants.provider(grant({ durationSeconds: 3600 }))).toBe(grants.provider(grant()));
    expect(sts.forms.length).toBe(1);
    await grants.close();
  });

  it('never gives one grant the credentials of another: each input makes a difference', async () => {
    const sts = fakeSts(...sixKeys);
    const grants = createGrantCache({ caller: session.caller, fetch: sts.fetch, cache: { clock } });
    const all = [
      grant(),
      grant({ roleArn: 'acs:ram::1:role/other' }),
      grant({ sessionName: 'bob' }),
      grant({ scope: allowDownload({ bucket: 'my-bucket', key: 'b.txt' }) }),
      grant({ scope: 'whole-role' }),
      grant({ durationSeconds: 900 }),
      grant({ externalId: 'tenant-2' }),
    ];
    const keys = await Promise.all(all.map(async (each) => (await grants.provider(each).getCredentials()).accessKeyId));
    expect(new Set(keys).size).toBe(all.length);
    const sent = sts.forms.map((form) =>
      JSON.stringify(
        ['RoleArn', 'RoleSessionName', 'Policy', 'DurationSeconds', 'ExternalId'].map((name) => form.get(name)),
      ),
    );
    expect(new Set(sent).size).toBe(all.length);
    await grants.close();
  });

  it('refuses what is not part of a grant, and a grant without its scope', () => {
    const grants = createGrantCache({ caller: session.caller });
    const crooked = { ...grant(), endpoint: 'evil.example' };
    expect(() => grants.provider(crooked)).toThrow('a grant has no option "endpoint"');
    expect(() => grants.provider({ ...grant(), scope: undefined } as never)).toThrow('a grant: scope');
  });

  it('forgets the grant that was unused for longest', () => {
    const grants = createGrantCache({ caller: session.caller, limit: 2 });
    const [alice, bob] = [grants.provider(grant()), grants.provider(grant({ sessionName: 'bob' }))];
    expect(grants.provider(grant())).toBe(alice);
    grants.provider(grant({ sessionName: 'carol' }));
    expect(grants.provider(grant())).toBe(alice);
    expect(grants.provider(grant({ sessionName: 'bob' }))).not.toBe(bob);
    expect(() => createGrantCache({ caller: session.caller, limit: 0 })).toThrow(RangeError);
  });

  it('closes every provider', async () => {
    const grants = createGrantCache({ caller: session.caller });
    const provider = grants.provider(grant());
    await grants.close();
    await expect(provider.getCredentials()).rejects.toThrow('was closed');
  });
});
