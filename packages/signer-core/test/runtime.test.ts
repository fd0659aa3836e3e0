import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveEndpoint } from '../src/endpoint.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const resolve = (): unknown => resolveEndpoint({ region: 'cn-hangzhou' });

describe('a runtime without a part that signing needs', () => {
  it('is told which part is missing, instead of a fault of the endpoint', () => {
    vi.stubGlobal('URL', undefined);
    expect(resolve).toThrow(
      new TypeError('this runtime has no URL, which signing needs: load a polyfill before @ossgrant/signer-core'),
    );
  });

  it('is told all that is missing at once', () => {
    vi.stubGlobal('URL', undefined);
    vi.stubGlobal('TextEncoder', undefined);
    expect(resolve).toThrow(/has no URL, TextEncoder, which/);
  });

  it('is told which parts its URL lacks, or refuses to give', () => {
    class PartialUrl {
      readonly href: string;
      constructor(text: string) {
        this.href = text;
      }
      get host(): string {
        throw new Error('URL.host is not implemented');
      }
    }
    vi.stubGlobal('URL', PartialUrl);
    expect(resolve).toThrow(/the URL of this runtime has no protocol, username, password, host, hostname,/);
  });

  it('can still load the package', async () => {
    for (const name of ['TextEncoder', 'btoa']) vi.stubGlobal(name, undefined);
    vi.resetModules();
    expect(await import('../src/index.ts')).toHaveProperty('signUrlV4');
  });
});
