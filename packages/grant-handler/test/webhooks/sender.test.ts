import type { ServerResponse } from 'node:http';
import { startLocalOss } from '@ossgrant/local-oss';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../src/webhooks/public-addresses.ts';
import { createWebhookSender, type WebhookTarget } from '../../src/webhooks/sender.ts';
import { type Receiver, startReceiver } from './receiver.ts';

let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver.close());

const OWN = ['127.0.0.1'];

async function send(target: Partial<WebhookTarget> = {}) {
  const sender = createWebhookSender({ url: receiver.url, networks: OWN, ...target });
  try {
    return await sender.send({ 'webhook-id': 'evt_1' }, '{"a":"\u00e9"}');
  } finally {
    sender.close();
  }
}

/** The receiver under a name, which leads to these addresses, one list for each time that it is asked for. */
function named(...answers: readonly (readonly string[])[]): Pick<WebhookTarget, 'url' | 'resolve'> {
  const left = [...answers];
  const resolve = async () =>
    (left.shift() ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return { url: receiver.url.replace('127.0.0.1', 'localhost'), resolve };
}

test.each([
  ['this machine', '127.0.0.1', '127.8.8.8', '::1', '0.0.0.0', '::'],
  ['a private network', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1'],
  ['a link', '169.254.169.254', 'fe80::1', 'fec0::1'],
  ["a carrier, or Alibaba Cloud's metadata service", '100.64.0.1', '100.100.100.200', '100.127.255.255'],
  ['a group', '224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
  ['documents and benchmarks', '192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '2001:db8::1', '3fff::1'],
  ['IPv4 inside IPv6', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '::a00:1'],
  ['a translator', '64:ff9b::a00:1', '64:ff9b:1::1', '2002:a00:1::1', '2001::1', '192.88.99.1'],
  ['nobody', '240.0.0.1', '192.0.0.8', '100::1', '5f00::1', '4000::1', '2001:20::1'],
])('an address of %s is not public', (_, ...addresses) => {
  for (const address of addresses) expect([address, isPublicAddress(address)]).toEqual([address, false]);
});

test.each([
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.1',
  '172.32.0.1',
  '223.255.255.255',
  '2400:3200::1',
  '2606:4700::1',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

describe('a target', () => {
  test.each([
    ['http://hooks.example.com/', /https/],
    ['http://127.0.0.1/', /https/],
    ['ftp://hooks.example.com/', /address such as/],
    ['hooks.example.com', /address such as/],
    ['https://name:hidden@hooks.example.com/', /without a password/],
    ['https://127.0.0.1/', /public/],
    ['https://2130706433/', /public/],
    ['https://0x7f.1/', /public/],
    ['https://[::1]/', /public/],
    ['https://[::ffff:10.0.0.1]/', /public/],
    ['https://10.1.2.3/hidden', /public/],
    ['https://100.100.100.200/', /public/],
  ])('%s is refused before anything is sent, and not repeated', (url, reason) => {
    expect(() => createWebhookSender({ url })).toThrow(reason);
    expect(() => createWebhookSender({ url })).not.toThrow(/hidden/);
  });

  test('on this machine may be http where networks allows it, and in a private network https', () => {
    createWebhookSender({ url: 'http://127.0.0.1/', networks: OWN }).close();
    createWebhookSender({ url: 'http://[::1]/', networks: ['::1'] }).close();
    createWebhookSender({ url: 'https://10.1.2.3/', networks: ['10.1.0.0/16'] }).close();
    expect(() => createWebhookSender({ url: 'https://10.2.2.3/', networks: ['10.1.0.0/16'] })).toThrow(/public/);
    expect(() => createWebhookSender({ url: 'http://10.1.2.3/', networks: ['10.1.0.0/16'] })).toThrow(/https/);
  });
});

describe('a name', () => {
  test('that leads elsewhere later is refused then', async () => {
    const target = named(['127.0.0.1'], ['169.254.169.254']);
    const sender = createWebhookSender({ ...target, networks: OWN });
    receiver.respond = (response) => void response.setHeader('connection', 'close').end();
    expect(await sender.send({}, '{}')).toBeUndefined();
    expect(await sender.send({}, '{}')).toEqual({
      reason: expect.stringContaining('leads to 169.254.169.254, which is not public') as string,
      final: false,
    });
    sender.close();
    expect(receiver.received).toHaveLength(1);
  });

  test('of which one address is private is refused whole', async () => {
    const { resolve } = named(['93.184.215.14', '10.0.0.5']);
    expect(await send({ url: 'https://hooks.example.com/', resolve })).toMatchObject({
      reason: expect.stringContaining('10.0.0.5') as string,
    });
  });

  test('of this machine that leads to another one gets nothing without https, even in an allowed network', async () => {
    expect(await send({ ...named(['10.0.0.5']), networks: ['127.0.0.1', '10.0.0.0/8'] })).toMatchObject({
      reason: expect.stringContaining('10.0.0.5') as string,
    });
  });

  test('without an address, or that cannot be resolved, is a failure', async () => {
    expect(await send(named([]))).toMatchObject({ final: false });
    const resolve = () =>
      Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND hidden'), { code: 'ENOTFOUND' }));
    expect(await send({ ...named(), resolve })).toEqual({ reason: 'ENOTFOUND', final: false });
  });
});

describe('a receiver', () => {
  test('gets the body as bytes of UTF-8', async () => {
    expect(await send()).toBeUndefined();
    expect(receiver.received).toMatchObject([
      { body: '{"a":"\u00e9"}', headers: { 'content-type': 'application/json', 'content-length': '10' } },
    ]);
  });

  test('that redirects is not followed', async () => {
    const other = await startReceiver();
    receiver.respond = (response) => void response.writeHead(307, { location: other.url }).end();
    expect(await send()).toEqual({ reason: 'status 307: redirects are not followed', final: false });
    expect(other.received).toEqual([]);
    await other.close();
  });

  test.each([
    [204, undefined],
    [400, { reason: 'status 400', final: false }],
    [410, { reason: 'status 410', final: true }],
    [503, { reason: 'status 503', final: false }],
  ])('that responds with %d: %o', async (status, outcome) => {
    receiver.respond = (response) => void response.writeHead(status).end();
    expect(await send()).toEqual(outcome);
  });

  test('that never responds is cut off', async () => {
    receiver.respond = () => {};
    expect(await send({ timeoutMs: 50 })).toEqual({ reason: 'no response in 50 ms', final: false });
  });

  test('that accepts and never ends its response has it', async () => {
    receiver.respond = (response) => void response.writeHead(200).write('x');
    expect(await send()).toBeUndefined();
  });

  test('whose response is endless is cut off', async () => {
    const closed = new Promise((resolve) => {
      receiver.respond = (response: ServerResponse) => {
        const more = (): void => {
          while (!response.closed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more).on('close', resolve);
        more();
      };
    });
    const sender = createWebhookSender({ url: receiver.url, networks: OWN });
    expect(await sender.send({}, '{}')).toBeUndefined();
    await closed;
    sender.close();
  });

  test('that is not there, or whose certificate nobody vouches for, is a failure', async () => {
    const oss = await startLocalOss({ https: true });
    const url = new URL(oss.https?.endpoint ?? '');
    expect(url.protocol).toBe('https:');
    url.hostname = '127.0.0.1';
    expect(await send({ url: url.href })).toEqual({
      reason: expect.stringMatching(/CERT|SIGNED|VERIFY/) as string,
      final: false,
    });
    await oss.close();
    expect(await send({ url: url.href })).toEqual({ reason: 'ECONNREFUSED', final: false });
  });
});
