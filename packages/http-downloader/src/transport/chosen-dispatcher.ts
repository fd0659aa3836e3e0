// Where undici keeps the dispatcher of requests that name none, for all of its copies: Node's `fetch` holds one. From version 8 on it
// is at the second place, and a wrapper of it at the first.
const FIRST = Symbol.for('undici.globalDispatcher.1');
const SECOND = Symbol.for('undici.globalDispatcher.2');

let plain: readonly (object | undefined)[] = [];

/** Whether the application has set undici's global dispatcher. Does not load undici. */
export function hasChosen(): boolean {
  const { [FIRST]: first, [SECOND]: second } = globalThis as Readonly<Record<symbol, object | undefined>>;
  if (first === plain[0] && second === plain[1]) return false;
  if (second !== undefined && !isPlain(second)) return true;
  const isWrapper = second !== undefined && first?.constructor.name === 'Dispatcher1Wrapper';
  if (first !== undefined && !isWrapper && !isPlain(first)) return true;
  plain = [first, second];
  return false;
}

// Each copy puts an agent without options there when it is loaded. Whatever is not surely one was chosen: a wrong guess costs speed only.
function isPlain(dispatcher: object): boolean {
  const type = Object.getPrototypeOf(dispatcher) as { readonly dispatch?: unknown };
  if (dispatcher.constructor.name !== 'Agent' || Object.hasOwn(type, 'dispatch')) return false;
  // What `compose` returns differs in this alone.
  if ((dispatcher as { readonly dispatch?: unknown }).dispatch !== type.dispatch) return false;
  const { options, factory } = Object.fromEntries(
    Object.getOwnPropertySymbols(dispatcher).map((symbol) => [
      symbol.description ?? '',
      (dispatcher as Readonly<Record<symbol, unknown>>)[symbol],
    ]),
  );
  if (typeof options !== 'object' || options === null) return false;
  if (typeof factory !== 'function' || factory.name !== 'defaultFactory') return false;
  return Object.values(options).every((value) => value === undefined || value === Infinity);
}
