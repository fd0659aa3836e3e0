import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { Credentials } from '@ossgrant/credentials-core';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signUrlV4 } from '@ossgrant/signer-core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RequestSource } from '../../src/request-source.ts';
import { fromObject } from '../../src/sources/from-object.ts';
import { fromLinks, fromUrl } from '../../src/sources/from-url.ts';
import { ETAG, serveObject } from '../kit.ts';
import {
  answer,
  asked,
  BYTES,
  expectFailure,
  only,
  part,
  PARTS,
  expectRefusal,
  expectFile,
  target,
} from './outcome.ts';

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', 'a.bin', BYTES);
});
afterEach(() => oss.close());

const clock = { now: () => oss.clock.now().getTime(), monotonic: () => performance.now() };
const where = () => ({ endpoint: oss.endpoint, region: oss.region });
const object = (credentials: Credentials | (() => Credentials), at = clock): RequestSource =>
  fromObject({ ...where(), credentials, bucket: 'my-bucket', key: 'a.bin', clock: at });

function link(expiresInSeconds = 60): string {
  const request = { method: 'GET', endpoint: resolveEndpoint(where()), bucket: 'my-bucket', key: 'a.bin' };
  const signed = signUrlV4(request, oss.owner, { date: oss.clock.now(), expiresInSeconds });
  return signed.origin + signed.path;
}

/** Mints links and counts them; `then` runs before the request of each part. */
function links(then: (count: number) => void, mint = async (_count: number): Promise<string> => link()) {
  let minted = 0;
  let parts = 0;
  const source = fromLinks(() => mint((minted += 1)), 'my-bucket/a.bin');
  const watched: RequestSource = {
    ...source,
    prepare: async (attempt) => {
      then((parts += 1));
      return source.prepare(attempt);
    },
  };
  return { source: watched, minted: () => minted };
}

const EXPIRED = '<Error><Code>AccessDenied</Code><EC>0002-00000069</EC></Error>';

describe('a download whose permission ends', () => {
  it('continues with a fresh link when one expires between two parts [fault 34]', async () => {
    const { source, minted } = links((count) => count === 3 && oss.clock.advance(61_000));
    expect(await expectFile(source, { clock, connections: 1 })).toMatchObject({ attempts: PARTS + 1 });
    expect(minted()).toBe(2);
    const single = link();
    oss.clock.advance(61_000);
    await expectRefusal(fromUrl(single), { code: 'LINK_EXPIRED', retryable: false });
  });

  it('continues with a fresh link when one expires in the middle of a body [fault 35]', async () => {
    let isValid = true;
    const { url, requests } = await serveObject(BYTES, (request, response, count) => {
      if (count === 2) {
        isValid = false;
        const { start, length } = asked(request.headers.range);
        response.writeHead(206, {
          etag: ETAG,
          'content-length': length,
          'content-range': `bytes ${start}-${start + length - 1}/${BYTES.length}`,
        });
        response.write(BYTES.subarray(start, start + 30_000), () => response.destroy());
        return true;
      }
      return !isValid && request.url?.endsWith('link=1') === true && answer(403, {}, EXPIRED)(request, response, count);
    });
    let minted = 0;
    const source = fromLinks(async () => `${url}&link=${(minted += 1)}`, 'x');
    await expectFile(source, { connections: 1 });
    expect([minted, requests.length]).toEqual([2, PARTS + 2]);
  });

  it('ends with a typed error when the fresh link fails, never comes, or has expired, too [fault 36]', async () => {
    const ended = link();
    const end = (count: number): void => void (count === 3 && oss.clock.advance(61_000));
    const options = { clock, connections: 1 };
    const down = links(end, async (count) => {
      if (count > 1) throw Object.assign(new Error('the owner is away'), { retryable: false });
      return link();
    });
    expect(await expectFailure(down.source, options)).toMatchObject({ message: 'the owner is away' });
    const hanging = links(end, (count) => (count > 1 ? new Promise(() => {}) : Promise.resolve(link())));
    await expectRefusal(hanging.source, { code: 'STALLED' }, { ...options, timeouts: { prepareMs: 20 } });
    const stale = links(end, async (count) => (count > 1 ? ended : link()));
    await expectRefusal(stale.source, { code: 'LINK_EXPIRED' }, options);
    expect(stale.minted()).toBe(2);
  });

  it('asks for one fresh link when all parts are refused at once [fault 37]', async () => {
    const refused: ServerResponse[] = [];
    const { url } = await serveObject(BYTES, (request, response, count) => {
      if (count === 1 || request.url?.endsWith('link=2') === true) return false;
      refused.push(response);
      if (refused.length < 3) return true;
      for (const waiting of refused) if (!waiting.headersSent) waiting.writeHead(403).end(EXPIRED);
      return true;
    });
    const reported = { minted: 0, rejected: 0 };
    const source = fromLinks(async () => `${url}&link=${(reported.minted += 1)}`, 'x');
    const watched: RequestSource = {
      ...source,
      rejected(rejection) {
        reported.rejected += 1;
        source.rejected?.(rejection);
      },
    };
    await expectFile(watched, { connections: 4 });
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(reported).toEqual({ minted: 2, rejected: 1 });
    // By a key, too: four connections, one answer from the credentials.
    const given: Credentials[] = [];
    const unknown = { accessKeyId: 'LTAIgone', accessKeySecret: 'x' };
    await expectFile(
      object(() => {
        given.push(given.length === 0 ? unknown : oss.owner);
        return given.at(-1) as Credentials;
      }),
      { clock, connections: 4, partSize: 20_000 },
    );
    expect(given).toHaveLength(2);
  });

  it('signs by the server’s clock when its own is off [fault 38]', async () => {
    const late = { now: () => clock.now() - 3_600_000, monotonic: clock.monotonic };
    expect(await expectFile(object(oss.owner, late), { clock: late })).toMatchObject({ attempts: PARTS + 1 });
  });

  it('stops when the fresh link leads to another version of the object [fault 39]', async () => {
    const isNew = (url = ''): boolean => url.endsWith('link=2');
    const { url, requests } = await serveObject(BYTES, (request, response, count) => {
      if (count === 3) return answer(403, {}, EXPIRED)(request, response, count);
      if (!isNew(request.url)) return false;
      const headers = { etag: '"OTHER"' };
      if (request.headers['if-match'] !== undefined) return answer(412)(request, response, count);
      return part(headers)(request, response, count);
    });
    let minted = 0;
    await expectRefusal(
      fromLinks(async () => `${url}&link=${(minted += 1)}`, 'x'),
      { code: 'OBJECT_CHANGED' },
      { connections: 1 },
    );
    expect([minted, requests.at(-1)?.ifMatch]).toEqual([2, ETAG]);
  });

  it('leaves no secret, token, signature or link in errors, events or on the disk [fault 40]', async () => {
    const reported: unknown[] = [];
    const listen = (event: unknown): void => void reported.push(event);
    subscribe('ossgrant:download', listen);
    onTestFinished(() => void unsubscribe('ossgrant:download', listen));
    const path = await target();
    const signed = link();
    const secrets = [oss.owner.accessKeySecret, new URL(signed).searchParams.get('x-oss-signature') ?? 'none', signed];
    oss.faults.add({ method: 'GET', status: 403, code: 'SignatureDoesNotMatch', skip: 3, times: 8 });
    reported.push(await expectRefusal(fromUrl(signed), { code: 'SIGNATURE_MISMATCH' }, { path, connections: 1 }));
    reported.push(await readFile(`${path}.ossgrant-part.json`, 'utf8'));
    reported.push(await expectRefusal(object(oss.owner), { code: 'SIGNATURE_MISMATCH' }, { connections: 1, clock }));
    reported.push(
      await expectRefusal(fromUrl(`http://127.0.0.1:1/a?x-oss-signature=${secrets[1]}`), { code: 'NETWORK' }),
    );
    const { url } = await serveObject(BYTES, only(1, answer(302, { location: signed })));
    reported.push(await expectRefusal(url, {}, { retry: { maxFailures: 0 } }));
    const text = reported
      .map((thing) => `${inspect(thing, { depth: 10, showHidden: true })} ${JSON.stringify(thing)}`)
      .join();
    expect(reported.length).toBeGreaterThan(10);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
