import {
  Agent,
  getGlobalDispatcher,
  interceptors,
  MockAgent,
  ProxyAgent,
  setGlobalDispatcher,
  type Dispatcher,
} from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasChosen } from '../../src/transport/chosen-dispatcher.ts';

const FIRST = Symbol.for('undici.globalDispatcher.1');
const SECOND = Symbol.for('undici.globalDispatcher.2');

function choose(dispatcher: Dispatcher): void {
  const before = getGlobalDispatcher();
  onTestFinished(() => setGlobalDispatcher(before));
  setGlobalDispatcher(dispatcher);
}

describe('a global dispatcher', () => {
  it('was not chosen by the application where undici put it, or Node’s fetch', async () => {
    expect(hasChosen()).toBe(false);
    await fetch('data:,a');
    choose(new Agent());
    expect(hasChosen()).toBe(false);
  });

  it.each<[string, () => Dispatcher]>([
    ['has options of connections', () => new Agent({ connect: { rejectUnauthorized: false } })],
    ['has limits', () => new Agent({ bodyTimeout: 1000 })],
    ['makes its own clients', () => new Agent({ factory: () => new Agent() })],
    ['is composed', () => new Agent().compose(interceptors.retry())],
    ['is a proxy’s', () => new ProxyAgent('http://127.0.0.1:1')],
    ['is for tests', () => new MockAgent()],
    [
      'is of a class of the application',
      () =>
        new (class extends Agent {
          override dispatch(...request: Parameters<Agent['dispatch']>): boolean {
            return super.dispatch(...request);
          }
        })(),
    ],
  ])('was chosen that %s', (_, make) => {
    choose(make());
    expect(hasChosen()).toBe(true);
    setGlobalDispatcher(new Agent());
    expect(hasChosen()).toBe(false);
  });

  // undici 8, which Node 26 has.
  it('is known by the second place where a wrapper is at the first', () => {
    const before = getGlobalDispatcher();
    onTestFinished(() => setGlobalDispatcher(before));
    const put = (place: symbol, value: unknown): void => void Reflect.set(globalThis, place, value);
    put(FIRST, { constructor: { name: 'Dispatcher1Wrapper' } });
    put(SECOND, new Agent());
    expect(hasChosen()).toBe(false);
    put(SECOND, new Agent({ connect: { timeout: 1 } }));
    expect(hasChosen()).toBe(true);
    put(SECOND, undefined);
    expect(hasChosen()).toBe(true);
  });
});
