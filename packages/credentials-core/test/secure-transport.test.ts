import { describe, expect, it } from 'vitest';
import { isLoopback } from '../src/internal.ts';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '[::1]', 'localhost', 'bucket.localhost'])('holds for %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    '127.0.0.1.example.com',
    'localhost.example.com',
    'notlocalhost',
    '0.0.0.0',
    '[::]',
    '10.0.0.1',
    '.localhost',
  ])('does not hold for %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
