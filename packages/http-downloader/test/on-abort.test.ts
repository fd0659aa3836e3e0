import { expect, it } from 'vitest';
import { onAbort } from '../src/on-abort.ts';

it('calls all that wait for an abort, through one listener, and none that was released', () => {
  const stop = new AbortController();
  const added: unknown[] = [];
  const add = stop.signal.addEventListener.bind(stop.signal);
  stop.signal.addEventListener = (...args: Parameters<typeof add>): void => {
    added.push(args[0]);
    add(...args);
  };
  const called: string[] = [];
  onAbort(stop.signal, () => called.push('first'));
  const release = onAbort(stop.signal, () => called.push('released'));
  onAbort(stop.signal, () => called.push('second'));
  release();
  stop.abort();
  expect(called).toEqual(['first', 'second']);
  expect(added).toEqual(['abort']);
});
