import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GrantHandler } from '../src/index.ts';
import { BUCKET, openStand, type Stand } from './kit.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 15);

let stand: Stand;
beforeAll(async () => void (stand = await openStand({ limits: { requestsPerMinute: 1_000_000 } })), 120_000);
afterAll(() => stand.close());

/** What a share should be, in a dozen lines. */
interface Model {
  state: 'active' | 'paused' | 'revoked';
  uses: number;
  maxUses: number | undefined;
  expiresAt: number;
}

function expected(model: Model, now: number): string {
  if (model.state !== 'active') return model.state;
  if (model.expiresAt <= now) return 'expired';
  return model.maxUses !== undefined && model.uses >= model.maxUses ? 'used-up' : 'redeemed';
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('redeem' as const), on: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const), on: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), on: fc.nat(1) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('extend' as const),
      on: fc.nat(1),
      minutes: fc.integer({ min: 1, max: 90 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), on: fc.nat(1), minutes: fc.integer({ min: 1, max: 90 }) }),
  },
);

test(
  'two instances together do what the model of a share does, in every order of steps',
  async () => {
    const instances: readonly GrantHandler[] = [stand.handler, stand.another()];
    const ask = async (on: number, method: string, path: string, body?: object): Promise<Response> =>
      (instances[on] ?? stand.handler).fetch(
        new Request(`https://files.example.com${path}`, {
          method,
          headers: { authorization: `Bearer ${stand.key}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        fc.array(step, { maxLength: 14 }),
        async (maxUses, steps) => {
          const now = (): number => stand.clock.now();
          const made = (await (
            await ask(0, 'POST', '/v1/shares', { bucket: BUCKET, key: 'reports/a.txt', expiresIn: '1h', maxUses })
          ).json()) as { id: string; url: string };
          const model: Model = { state: 'active', uses: 0, maxUses, expiresAt: now() + 3_600_000 };
          for (const one of steps) {
            if (one.do === 'wait') stand.clock.advance(one.minutes * 60_000);
            else if (one.do === 'redeem') {
              const response = await ask(one.on, 'GET', new URL(made.url).pathname);
              const outcome = response.status === 302 ? 'redeemed' : ((await response.json()) as { code: string }).code;
              expect(outcome).toBe(expected(model, now()));
              if (outcome === 'redeemed') model.uses += 1;
            } else if (one.do === 'extend') {
              const { status } = await ask(one.on, 'PATCH', `/v1/shares/${made.id}`, { expiresIn: `${one.minutes}m` });
              expect(status).toBe(model.state === 'revoked' ? 409 : 200);
              if (status === 200) model.expiresAt = now() + one.minutes * 60_000;
            } else {
              const { status } = await ask(one.on, 'POST', `/v1/shares/${made.id}/${one.do}`);
              const again = model.state === 'revoked' && one.do !== 'revoke';
              expect(status).toBe(again ? 409 : 200);
              if (!again) model.state = ({ pause: 'paused', resume: 'active', revoke: 'revoked' } as const)[one.do];
            }
          }
          const seen = (await (await ask(1, 'GET', `/v1/shares/${made.id}`)).json()) as { uses: number; state: string };
          const state = expected(model, now());
          expect([seen.uses, seen.state]).toEqual([model.uses, state === 'redeemed' ? 'active' : state]);
        },
      ),
      { numRuns: RUNS },
    );
  },
  Math.max(60_000, RUNS * 4000),
);

test('a crowd at two instances gets exactly what the limit allows', async () => {
  const instances = [stand.handler, stand.another(), stand.another()];
  for (const maxUses of [1, 37]) {
    const { id, url } = await stand.share({ maxUses });
    const statuses = await Promise.all(
      Array.from({ length: 150 }, async (_, n) => (await instances[n % 3]?.fetch(new Request(url)))?.status),
    );
    expect(statuses.filter((status) => status === 302)).toHaveLength(maxUses);
    const uses = await stand.store.listUses(id, 1000);
    expect(uses).toHaveLength(maxUses);
  }
});
