import { expect, it } from 'vitest';
import { localOssOptions } from '../src/command-line.ts';

it('refuses a port that is not a number from 0 to 65535', () => {
  expect(localOssOptions({ port: '8080' }, '/').port).toBe(8080);
  for (const port of ['http', '', '-1', '65536', '0x50']) {
    expect(() => localOssOptions({ port }, '/')).toThrow(RangeError);
  }
});

it('resolves folders against the folder that the command runs in', () => {
  const options = localOssOptions({ seed: 'fixtures', directory: '/srv/oss', https: true, 'refuse-v1': true }, '/srv');
  expect(options).toEqual({ port: 0, https: true, v1: 'refuse', seed: '/srv/fixtures', directory: '/srv/oss' });
});
