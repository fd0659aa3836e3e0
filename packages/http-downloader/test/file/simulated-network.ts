import { createConnectionCount, type ConnectionCount } from '../../src/file/connection-count.ts';

/** The network between a download and its object. Speeds are in bytes a millisecond, which is kB/s. */
export interface Network {
  readonly name: string;
  readonly size?: number;
  readonly rttMs?: number;
  /** Of the simulation. */
  readonly stepMs?: number;
  /** From a request until the server responds, besides the round trip. */
  readonly lateMs?: number;
  /** All connections together. */
  readonly line?: (ms: number) => number;
  /** Each connection: a bucket of tokens, filled once for each request or for each connection. */
  readonly each?: { readonly speed: number; readonly burst?: number; readonly fills?: 'request' | 'connection' };
  /** Bytes that a connection may have under way. */
  readonly window?: number;
  /** Share of the packets that are lost. */
  readonly loss?: number;
  /** What the thread gets done. */
  readonly processor?: number;
  readonly disk?: (connections: number) => number;
  /** Requests beyond so many at once are refused with 503. */
  readonly most?: number;
}

/** What a simulated download took. */
export interface Simulated {
  readonly seconds: number;
  readonly connections: number;
  readonly mostConnections: number;
}

interface Connection {
  rest: number;
  answeredAt: number;
  askedAt: number;
  refused: boolean;
  flows: boolean;
  congestionWindow: number;
  tokens: number;
}

const PART = 8 << 20;
const MIB = 1 << 20;
const SEGMENT = 1460;

const never: ConnectionCount = { wanted: () => 1, answered: () => {}, received: () => 1, refused: () => {} };

/** Downloads in simulated time, with the rule or with so many connections throughout. */
export function simulate(network: Network, policy: 'rule' | number): Simulated {
  const { size = 1 << 30, rttMs = 1, stepMs = 5, lateMs = 0, line = () => Infinity, each, most = Infinity } = network;
  const { window = Infinity, loss = 0, processor = 800_000, disk = () => Infinity } = network;
  let now = 0;
  let busyMs = 0;
  const rule = policy === 'rule';
  const waiting = Array.from({ length: Math.ceil(size / PART) }, (_, part) => Math.min(PART, size - part * PART));
  const active = new Set<Connection>();
  const max = (): number => Math.min(16, active.size + waiting.length);
  const count = rule ? createConnectionCount({ monotonic: () => now, busyMs: () => busyMs, max }) : never;
  let wanted = rule ? 1 : policy;
  let mostConnections = 0;
  // Of TCP with losses (Mathis, 1997).
  const congested = loss === 0 ? Infinity : (1.22 * SEGMENT) / Math.sqrt(loss);
  const burst = each?.burst ?? 0;

  function ask(connection: Connection, setUpMs: number): void {
    const rest = waiting.shift();
    if (rest === undefined) {
      active.delete(connection);
      return;
    }
    const open = [...active].filter((other) => other !== connection && other.rest > 0 && !other.refused).length;
    connection.rest = rest;
    connection.askedAt = now;
    connection.refused = open >= most;
    connection.answeredAt = now + setUpMs + rttMs + (connection.refused ? 0 : lateMs);
    if (each?.fills !== 'connection') connection.tokens = burst;
  }

  function adjust(bytes: number): void {
    if (rule) wanted = count.received(bytes, [...active].filter(({ flows }) => flows).length);
    while (active.size < wanted && waiting.length > 0) {
      const connection = { rest: 0, answeredAt: 0, askedAt: 0, refused: false, flows: false };
      const opened = { ...connection, congestionWindow: 10 * SEGMENT, tokens: burst };
      active.add(opened);
      ask(opened, rttMs);
      mostConnections = Math.max(mostConnections, active.size);
    }
  }

  function refuse(connection: Connection): void {
    waiting.unshift(connection.rest);
    if (rule && active.size > 1) {
      count.refused(active.size);
      wanted = count.wanted();
      active.delete(connection);
      return;
    }
    // Tried again after a wait.
    connection.rest = 0;
    ask(connection, 500);
  }

  function speedOf(connection: Connection): number {
    if (each !== undefined) connection.tokens += each.speed * stepMs;
    const allowed = each === undefined ? Infinity : connection.tokens / stepMs;
    connection.congestionWindow = Math.min(connection.congestionWindow * 2 ** (stepMs / rttMs), window, congested);
    return Math.min(allowed, connection.congestionWindow / rttMs, connection.rest / stepMs);
  }

  adjust(0);
  while (active.size > 0) {
    now += stepMs;
    const answered = [...active].filter(({ answeredAt }) => answeredAt <= now);
    for (const connection of answered) {
      if (connection.refused) refuse(connection);
      else if (!connection.flows) {
        connection.flows = true;
        count.answered(now - connection.askedAt);
      }
    }
    const flowing = answered.filter((connection) => active.has(connection) && connection.answeredAt <= now);
    const capacity = Math.min(line(now), processor, disk(active.size));
    const speeds = share(flowing.map(speedOf), capacity);
    busyMs += (speeds.reduce((sum, speed) => sum + speed, 0) / processor) * stepMs;
    for (const [index, connection] of flowing.entries()) {
      const bytes = (speeds[index] ?? 0) * stepMs;
      connection.tokens -= bytes;
      connection.rest -= bytes;
      adjust(bytes);
      if (connection.rest < 1) {
        connection.rest = 0;
        if (active.size > wanted) active.delete(connection);
        else ask(connection, 0);
      } else if (active.size > wanted && connection.rest >= MIB) {
        active.delete(connection);
        waiting.unshift(connection.rest);
      }
    }
    adjust(0);
  }
  return { seconds: now / 1000, connections: wanted, mostConnections };
}

/** Gives each what it can take, and the rest of the capacity to those that can take more. */
function share(wishes: readonly number[], capacity: number): number[] {
  const given = wishes.map(() => 0);
  let rest = capacity;
  const order = wishes.map((wish, index) => ({ wish, index })).sort((a, b) => a.wish - b.wish);
  for (const [place, { wish, index }] of order.entries()) {
    const bytes = Math.min(wish, rest / (order.length - place));
    given[index] = bytes;
    rest -= bytes;
  }
  return given;
}
