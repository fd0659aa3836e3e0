import { resolveEndpoint, signHeadersV1, signHeadersV4 } from '@ossgrant/signer-core';
import type { CauseCode } from '../../src/explain/cause.ts';
import type { PresignFields } from '../../src/presigner.ts';
import { assumeRole } from '../assume-role.ts';
import type { Bench, Sent } from './bench.ts';

/** Something that goes wrong with a link or a signed request, made to happen. */
export interface ProducedFault {
  readonly name: string;
  /** The cause to be named. */
  readonly code: CauseCode;
  /** Causes that are true of it as well. */
  readonly also?: readonly CauseCode[];
  readonly make: (bench: Bench) => Promise<Sent>;
  /** Not refused by a server: a client changes the request before it is sent. */
  readonly unsent?: true;
}

type Version = 'v4' | 'v1';
type Change = (url: string) => string;

const damage = (version: Version): readonly ProducedFault[] => {
  const link = (bench: Bench, fields: Partial<PresignFields> = {}) => bench.sign(fields, { version });
  const damaged = (name: string, code: CauseCode, change: Change, also: readonly CauseCode[] = []): ProducedFault => ({
    name: `${name} (${version})`,
    code,
    also,
    make: async (bench) => ({ url: change(await link(bench)) }),
  });
  const signature = version === 'v4' ? /x-oss-signature=[^&]*/ : /Signature=[^&]*/;
  return [
    damaged('entities of a page', 'HTML_ESCAPED', (url) => url.replaceAll('&', '&amp;')),
    damaged('numeric entities', 'HTML_ESCAPED', (url) => url.replaceAll('&', '&#x26;'), ['DECODED']),
    damaged('escapes of JSON', 'JSON_ESCAPED', (url) => url.replaceAll('&', String.raw`\u0026`)),
    damaged('quoted-printable', 'QUOTED_PRINTABLE', (url) => url.replaceAll('=', '=3D')),
    damaged('a full stop behind', 'TEXT_BEHIND', (url) => `${last(url, signature)}.`),
    damaged('Chinese text behind', 'TEXT_BEHIND', (url) => `${last(url, signature)}%E3%80%82`),
    damaged('a second question mark', 'TEXT_BEHIND', (url) => `${last(url, signature)}?x-oss-process=image/resize,w_9`),
    damaged('cut off', 'CUT_OFF', (url) => last(url, signature).slice(0, -12)),
    damaged('the signature missing', 'CUT_OFF', (url) => url.replace(signature, '').replace(/&&|[?&]$/, '')),
    damaged('another site around it', 'WRAPPED', (url) => `http://go.example.com/?to=${encodeURIComponent(url)}&n=1`),
    {
      name: `a key that was decoded (${version})`,
      code: 'DECODED',
      make: async (bench) => {
        const url = await link(bench, { key: 'a#b.txt' });
        return { url: url.replace('a%23b', 'a#b') };
      },
    },
    {
      name: `broken into lines (${version})`,
      code: 'LINE_BROKEN',
      unsent: true,
      make: async (bench) => ({ url: (await link(bench)).replace(/.{100}/g, '$&\r\n  ') }),
    },
    {
      name: `a slash that was decoded beside a dot segment (${version})`,
      code: 'SLASH_DECODED',
      unsent: true,
      make: async (bench) => {
        const url = await link(bench, { key: 'dir/../a.txt' });
        return { url: url.replaceAll(/%2F(?=\.\.)|(?<=\.\.)%2F/g, '/') };
      },
    },
    {
      name: `a path that was encoded twice (${version})`,
      code: 'DOUBLE_ENCODED',
      make: async (bench) => ({ url: (await link(bench, { key: 'a b+c.txt' })).replace('a%20b', 'a%2520b') }),
    },
    {
      name: `a plus of the key that was decoded (${version})`,
      code: 'PLUS_FOR_SPACE',
      make: async (bench) => ({ url: (await link(bench, { key: 'a b+c.txt' })).replace('%2Bc', '+c') }),
    },
    {
      name: `a key that was normalised (${version})`,
      code: 'UNICODE_FORM',
      make: async (bench) => ({ url: (await link(bench, { key: 'e\u0301.txt' })).replace('e%CC%81', '%C3%A9') }),
    },
  ];
};

// V1 has its signature before others: a damage at the end of the link must meet it.
function last(url: string, parameter: RegExp): string {
  const found = parameter.exec(url)?.[0] ?? '';
  return `${url.replace(found, '').replace('&&', '&').replace('?&', '?').replace(/&$/, '')}&${found}`;
}

const changed = (version: Version): readonly ProducedFault[] => {
  const link = (bench: Bench, fields: Partial<PresignFields> = {}) => bench.sign(fields, { version });
  const sent = (name: string, code: CauseCode, make: (url: string) => Sent, fields: Partial<PresignFields> = {}) => ({
    name: `${name} (${version})`,
    code,
    make: async (bench: Bench) => make(await link(bench, fields)),
  });
  const types = { 'Content-Type': 'text/plain' };
  return [
    sent('HEAD on a GET link', 'METHOD_DIFFERS', (url) => ({ url, method: 'HEAD' })),
    sent('PUT on a GET link', 'METHOD_DIFFERS', (url) => ({ url, method: 'PUT' })),
    sent('a Content-Type that was not signed', 'CONTENT_TYPE_NOT_SIGNED', (url) => ({ url, headers: types })),
    sent('a Content-Type that was not sent', 'CONTENT_TYPE_MISSING', (url) => ({ url, method: 'PUT' }), {
      method: 'PUT',
      headers: types,
    }),
    sent('an x-oss header that was added', 'HEADER_NOT_SIGNED', (url) => ({
      url,
      headers: { 'x-oss-range-behavior': 'standard' },
    })),
    sent('a parameter that was appended', 'PARAMETER_APPENDED', (url) => ({
      url: `${url}&x-oss-process=image%2Fresize%2Cw_9`,
    })),
    sent('a parameter in front', 'PARAMETER_APPENDED', (url) => ({ url: url.replace('?', '?response-expires=0&') })),
    sent('a key that was edited', 'WRONG_SECRET', (url) => ({ url: url.replace('a.txt', 'b.txt') })),
    sent('the bucket in the path of its own domain', 'BUCKET_MISPLACED', (url) => ({
      url: url.replace(/\/\/[^/]+/, '//files.example.test'),
      bucket: 'my-bucket',
    })),
    sent(
      'a path without the bucket where it is needed',
      'BUCKET_MISPLACED',
      (url) => ({ url: url.replace('/my-bucket/dir/', '/dir/'), bucket: 'my-bucket' }),
      { key: 'dir/a.txt' },
    ),
    sent('an Authorization header beside a link', 'TWO_AUTHENTICATIONS', (url) => ({
      url,
      headers: { authorization: 'Bearer x' },
    })),
    {
      name: `path style on a host of OSS (${version})`,
      code: 'BUCKET_MISPLACED',
      make: async (bench) => ({
        url: (await link(bench)).replace(/\/\/[^/]+/, `//oss-${bench.oss.region}.aliyuncs.com`),
      }),
    },
    {
      name: `a wrong secret (${version})`,
      code: 'WRONG_SECRET',
      make: async (bench) => {
        const { accessKeyId } = bench.oss.owner;
        return { url: await bench.sign({}, { version, credentials: { accessKeyId, accessKeySecret: 'wrong' } }) };
      },
    },
  ];
};

const keysAndTimes = (version: Version): readonly ProducedFault[] => [
  {
    name: `an end that is past (${version})`,
    code: 'EXPIRED',
    make: async (bench) => {
      const past = bench.oss.clock.now().getTime() - 7_200_000;
      return { url: await bench.sign({}, { version, clock: { now: () => past, monotonic: () => 0 } }) };
    },
  },
  {
    name: `a temporary key without its token (${version})`,
    code: 'TOKEN_MISSING',
    make: async (bench) => {
      const url = await bench.sign({}, { version, credentials: bench.session });
      return { url: url.replace(/&(?:x-oss-)?security-token=[^&]*/, ''), credentials: bench.session };
    },
  },
  {
    name: `the token of another key (${version})`,
    code: 'TOKEN_OF_ANOTHER_KEY',
    make: async (bench) => {
      const { accessKeyId, accessKeySecret } = bench.session;
      const securityToken = bench.otherSession.securityToken ?? '';
      const url = await bench.sign({}, { version, credentials: { accessKeyId, accessKeySecret, securityToken } });
      return { url, credentials: bench.session };
    },
  },
  {
    name: `a token that was edited (${version})`,
    code: 'TOKEN_INVALID',
    also: ['TOKEN_OF_ANOTHER_KEY'],
    make: async (bench) => {
      const url = await bench.sign({}, { version, credentials: bench.session });
      return { url: url.replace(/(security-token=).{20}/, '$1AAAAAAAAAAAAAAAAAAAA'), credentials: bench.session };
    },
  },
  {
    name: `a token that has expired (${version})`,
    code: 'TOKEN_EXPIRED',
    make: async (bench) => {
      const short = await assumeRole(bench.oss);
      const url = await bench.sign({}, { version, credentials: short });
      bench.oss.expireToken(short);
      return { url, credentials: short };
    },
  },
  {
    name: `a temporary key that was forgotten (${version})`,
    code: 'TOKEN_EXPIRED',
    make: async (bench) => {
      const credentials = { accessKeyId: 'STS.NUgForgotten', accessKeySecret: 's', securityToken: 'CAISforgotten' };
      return { url: await bench.sign({}, { version, credentials }), credentials };
    },
  },
  {
    name: `a key that was deleted (${version})`,
    code: 'KEY_UNKNOWN',
    make: async (bench) => {
      const credentials = { accessKeyId: 'LTAI5tDeletedDeleted', accessKeySecret: 's' };
      return { url: await bench.sign({}, { version, credentials }), credentials };
    },
  },
  {
    name: `a role without permission (${version})`,
    code: 'NO_PERMISSION',
    make: async (bench) => ({
      url: await bench.sign({}, { version, credentials: bench.powerless }),
      credentials: bench.powerless,
    }),
  },
  {
    name: `a page that hotlink protection refuses (${version})`,
    code: 'REFERER_DENIED',
    make: async (bench) => ({
      url: await bench.sign({ bucket: 'guarded' }, { version }),
      headers: { referer: 'https://strangers.example.com/' },
    }),
  },
  {
    name: `a bucket at another endpoint (${version})`,
    code: 'WRONG_ENDPOINT',
    also: ['WRONG_REGION'],
    make: async (bench) => ({
      url: (await bench.sign({}, { version })).replace(
        /\/\/[^/]+\/my-bucket/,
        '//my-bucket.oss-cn-shanghai.aliyuncs.com',
      ),
    }),
  },
  {
    name: `an app on OSS's own domain (${version})`,
    code: 'APP_ON_DEFAULT_DOMAIN',
    make: async (bench) => {
      bench.oss.faults.add({ key: 'app.apk', status: 400, code: 'ApkDownloadForbidden' });
      return { url: await bench.sign({ key: 'app.apk' }, { version }) };
    },
  },
];

const edit = (
  name: string,
  code: CauseCode,
  change: (url: string, bench: Bench) => string,
  version: Version = 'v4',
) => ({
  name: `${name} (${version})`,
  code,
  make: async (bench: Bench) => ({ url: change(await bench.sign({}, { version }), bench) }),
});

const forms: readonly ProducedFault[] = [
  edit('no date', 'SIGNATURE_INCOMPLETE', (url) => url.replace(/x-oss-date=[^&]*&/, '')),
  edit('no life', 'SIGNATURE_INCOMPLETE', (url) => url.replace(/x-oss-expires=[^&]*&/, '')),
  edit('no credential', 'SIGNATURE_INCOMPLETE', (url) => url.replace(/x-oss-credential=[^&]*&/, '')),
  edit('no version', 'SIGNATURE_INCOMPLETE', (url) => url.replace(/x-oss-signature-version=[^&]*&/, '')),
  edit('a date of ISO', 'DATE_INVALID', (url) => url.replace(/(x-oss-date=)[^&]*/, '$12026-01-01T00:00:00Z')),
  edit('eight days', 'EXPIRES_INVALID', (url) => url.replace('x-oss-expires=900', 'x-oss-expires=691200')),
  edit('an instant as life', 'EXPIRES_INVALID', (url) => url.replace('x-oss-expires=900', 'x-oss-expires=1767226500')),
  edit('a scope of another day', 'SCOPE_INVALID', (url) => url.replace(/(%2F)\d{8}(%2F)/, '$120010101$2')),
  edit('a scope of another product', 'SCOPE_INVALID', (url) => url.replace('%2Foss%2F', '%2Fs3%2F')),
  edit('a scope of another cloud', 'SCOPE_INVALID', (url) => url.replace('aliyun_v4_request', 'aws4_request')),
  edit('a region written with "oss-"', 'REGION_WITH_PREFIX', (url, { oss }) =>
    url.replace(`%2F${oss.region}%2F`, `%2Foss-${oss.region}%2F`),
  ),
  edit('no key id', 'SIGNATURE_INCOMPLETE', (url) => url.replace(/OSSAccessKeyId=[^&]*&/, ''), 'v1'),
  edit('no Expires', 'SIGNATURE_INCOMPLETE', (url) => url.replace(/Expires=\d*&/, ''), 'v1'),
  edit('Expires in fractions', 'EXPIRES_INVALID', (url) => url.replace(/(Expires=\d*)/, '$1.5'), 'v1'),
  edit('Expires in milliseconds', 'EXPIRES_INVALID', (url) => url.replace(/(Expires=\d*)/, '$1000'), 'v1'),
  edit('a whole link that was encoded twice', 'DOUBLE_ENCODED', (url) => url.replaceAll('%', '%25')),
  {
    name: 'another region',
    code: 'WRONG_REGION',
    make: async (bench) => ({ url: await bench.sign({}, { region: 'cn-beijing' }) }),
  },
  {
    name: 'a date in the future',
    code: 'NOT_YET_VALID',
    make: async (bench) => {
      const ahead = bench.oss.clock.now().getTime() + 3_600_000;
      return { url: await bench.sign({}, { clock: { now: () => ahead, monotonic: () => 0 } }) };
    },
  },
  {
    name: 'a parameter of a campaign',
    code: 'PARAMETER_APPENDED',
    make: async (bench) => ({ url: `${await bench.sign()}&utm_source=mail` }),
  },
  {
    name: 'a parameter that is there twice',
    code: 'PARAMETER_APPENDED',
    make: async (bench) => ({
      url: `${await bench.sign({ response: { contentLanguage: 'en' } })}&response-content-language=zh`,
    }),
  },
  {
    name: 'a signed header that was not sent',
    code: 'ADDITIONAL_HEADER_MISSING',
    make: async (bench) => ({
      url: await bench.sign({ headers: { range: 'bytes=0-1' }, additionalHeaders: ['range'] }),
      headers: {},
    }),
  },
  {
    name: 'a host that was signed and changed',
    code: 'HOST_CHANGED',
    make: async (bench) => ({
      url: (await bench.sign({ additionalHeaders: ['host'] })).replace('127.0.0.1', 'localhost'),
      endpoint: { endpoint: bench.oss.endpoint },
    }),
  },
  {
    name: 'V1 where it is refused',
    code: 'V1_REFUSED',
    make: async ({ sign, modern }) => ({
      url: await sign({}, { version: 'v1', endpoint: modern.endpoint, credentials: modern.owner }),
      server: modern,
    }),
  },
  {
    name: 'a V1 signature whose plus was not escaped',
    code: 'PLUS_FOR_SPACE',
    make: async ({ sign }) => {
      const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);
      const urls = await Promise.all(keys.map((key) => sign({ key }, { version: 'v1' })));
      const url = urls.find((text) => /Signature=[^&]*%2B/.test(text)) ?? '';
      return { url: url.replace(/(?<=Signature=[^&]*)%2B/g, '+') };
    },
  },
  {
    name: 'a plus that was decoded in a parameter',
    code: 'PLUS_FOR_SPACE',
    make: async ({ sign }) => ({
      url: (await sign({ response: { contentLanguage: 'a+b' } })).replaceAll('%2B', '+'),
    }),
  },
  {
    name: 'S3 signing',
    code: 'S3_SIGNING',
    make: async ({ oss }) => ({
      url: `${oss.endpoint}/my-bucket/a.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${'0'.repeat(64)}`,
    }),
  },
  ...([signHeadersV4, signHeadersV1] as const).flatMap((signer, index): readonly ProducedFault[] => {
    const version = index === 0 ? 'v4' : 'v1';
    const request = (bench: Bench, aheadMs = 0): { url: string; headers: Record<string, string> } => {
      const endpoint = resolveEndpoint({ endpoint: bench.oss.endpoint, region: bench.oss.region });
      const date = new Date(bench.oss.clock.now().getTime() + aheadMs);
      const object = { method: 'GET', endpoint, bucket: 'my-bucket', key: 'a.txt' };
      const signed = signer(object, bench.oss.owner, { date });
      return { url: signed.origin + signed.path, headers: { ...signed.headers } };
    };
    return [
      {
        name: `a clock that is an hour slow, in headers (${version})`,
        code: 'CLOCK_SKEWED',
        make: async (bench) => request(bench, -3_600_000),
      },
      {
        name: `a header added to signed headers (${version})`,
        code: 'HEADER_NOT_SIGNED',
        make: async (bench) => {
          const { url, headers } = request(bench);
          return { url, headers: { ...headers, 'x-oss-traffic-limit': '819200' } };
        },
      },
      {
        name: `signed headers without a date (${version})`,
        code: 'SIGNATURE_INCOMPLETE',
        make: async (bench) => {
          const { url, headers } = request(bench);
          const { date: _, 'x-oss-date': __, ...rest } = headers;
          return { url, headers: rest };
        },
      },
    ];
  }),
];

/** Every fault, each of both versions where there are two. */
export const FAULTS: readonly ProducedFault[] = [
  ...(['v4', 'v1'] as const).flatMap((version) => [...damage(version), ...changed(version), ...keysAndTimes(version)]),
  ...forms,
];
