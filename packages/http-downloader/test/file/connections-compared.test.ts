import { describe, expect, it } from 'vitest';
import { simulate, type Network, type Simulated } from './simulated-network.ts';

const MIB = 1 << 20;
const GIGABIT = 125_000;

interface Case extends Network {
  /** Time of the rule at most, as a multiple of the best fixed number's. */
  readonly atMost: number;
  /** Connections at the end. */
  readonly endsWith?: number;
}

const CASES: readonly Case[] = [
  { name: 'loopback', rttMs: 0.1, stepMs: 1, atMost: 1.06, endsWith: 1 },
  { name: '10 Gbit/s, window 6 MiB', rttMs: 2, window: 6 * MIB, line: () => 10 * GIGABIT, atMost: 1.25 },
  { name: '20 MiB/s each', each: { speed: 20_972 }, atMost: 1.1, endsWith: 16 },
  { name: '20 MiB/s each, 256 MiB', size: 256 * MIB, each: { speed: 20_972 }, atMost: 1.35, endsWith: 16 },
  { name: '20 MB/s each, 16 MB at once a request', each: { speed: 20_000, burst: 16e6 }, atMost: 1.35 },
  {
    name: '20 MB/s each, 60 MB at once a connection',
    each: { speed: 20_000, burst: 60e6, fills: 'connection' },
    atMost: 1.35,
  },
  { name: '5 MB/s each', rttMs: 30, each: { speed: 5000 }, atMost: 1.1, endsWith: 16 },
  { name: '0.8 MB/s each, 256 MiB', rttMs: 30, size: 256 * MIB, each: { speed: 800 }, atMost: 1.1, endsWith: 16 },
  { name: 'response after 100 ms, 20 MiB/s each', lateMs: 100, each: { speed: 20_972 }, atMost: 1.3, endsWith: 16 },
  { name: '1 Gbit/s', rttMs: 1, line: () => GIGABIT, atMost: 1.05, endsWith: 4 },
  { name: '20 Mbit/s, 128 MiB', rttMs: 20, size: 128 * MIB, line: () => 2500, atMost: 1.05, endsWith: 4 },
  { name: '200 ms, window 2 MiB', rttMs: 200, window: 2 * MIB, atMost: 1.35, endsWith: 16 },
  { name: '0.1 % lost, 128 MiB', rttMs: 200, size: 128 * MIB, loss: 0.001, atMost: 1.15, endsWith: 16 },
  { name: '503 beyond 6', rttMs: 5, each: { speed: 20_000 }, most: 6, atMost: 1.15 },
  { name: '503 beyond 2, 512 MiB', rttMs: 5, size: 512 * MIB, each: { speed: 20_000 }, most: 2, atMost: 1.15 },
  { name: 'disk 150 MB/s', disk: () => 150_000, atMost: 1.05, endsWith: 4 },
  { name: 'disk 500 MB/s, worse with many', disk: (many) => 500_000 / (1 + many / 32), atMost: 1.05, endsWith: 1 },
  {
    name: 'line of 40, 5, 40 MB/s',
    rttMs: 20,
    line: (ms) => (ms > 10_000 && ms < 20_000 ? 5000 : 40_000),
    atMost: 1.05,
  },
  { name: '300 MB/s each', rttMs: 2, each: { speed: 300_000 }, atMost: 1.2, endsWith: 4 },
];

const FIXED = [1, 4, 8, 16];

describe('the number of connections, in simulated networks', () => {
  const rows: string[] = [];

  it.each(CASES)('is nearly as good as the best fixed one: $name', (network) => {
    const rule = simulate(network, 'rule');
    const fixed = FIXED.map((connections) => simulate(network, connections));
    rows.push(rowOf(network, [rule, ...fixed]));
    const best = Math.min(...fixed.map(({ seconds }) => seconds));
    expect(rule.seconds).toBeLessThanOrEqual(best * network.atMost);
    if (network.endsWith !== undefined) expect(rule.connections).toBe(network.endsWith);
  });

  it('is shown beside fixed ones', () => {
    expect(rows).toHaveLength(CASES.length);
    const head = ['network', 'rule (connections)', ...FIXED.map((connections) => `${connections}`)];
    console.log([`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows].join('\n'));
  });
});

function rowOf({ name }: Network, [rule, ...fixed]: readonly Simulated[]): string {
  const seconds = fixed.map((one) => one.seconds.toFixed(1));
  return `| ${[name, `${rule?.seconds.toFixed(1)} (${rule?.connections})`, ...seconds].join(' | ')} |`;
}
