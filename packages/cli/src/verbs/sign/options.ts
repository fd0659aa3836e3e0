import { CONNECTION_OPTIONS } from '../../connection/endpoint.ts';
import type { OptionTable, OptionValues, Example } from '../../verb.ts';

/** Options of `sign`. */
export const SIGN_OPTIONS = {
  expires: { type: 'text', short: 'e', value: '15m|7d|DATE', help: 'how long, or until when; default: 15m' },
  'if-shorter': {
    type: 'text',
    choices: ['error', 'clamp'],
    help: 'when the credentials end sooner: fail (default), or shorten the link and say so',
  },
  method: { type: 'text', short: 'X', value: 'METHOD', help: 'what the link is for; default: GET' },
  'head-twin': { type: 'flag', help: 'a HEAD link too: a GET link does not work for HEAD' },

  recursive: { type: 'flag', short: 'r', help: 'every object under the prefix' },
  include: { type: 'text', multiple: true, value: 'GLOB', help: 'of --recursive and --files-from, only these' },
  exclude: { type: 'text', multiple: true, value: 'GLOB', help: 'but not these' },
  'files-from': {
    type: 'text',
    value: 'FILE',
    completes: 'file',
    help: 'read keys from a file, one a line; - is stdin',
  },

  filename: { type: 'text', value: 'NAME', help: 'the name under which a browser saves it' },
  attachment: { type: 'flag', help: 'a browser saves it' },
  inline: { type: 'flag', help: 'a browser shows it' },
  'allow-inline-markup': { type: 'flag', help: 'even HTML, SVG and XML, whose scripts then run' },
  process: { type: 'text', value: 'STYLE', help: 'such as image/resize,w_200' },
  'version-id': { type: 'text', value: 'ID', help: 'one version of the object' },
  param: { type: 'text', multiple: true, value: 'NAME=VALUE', help: 'a further query parameter' },
  header: { type: 'text', multiple: true, value: 'NAME=VALUE', help: 'a header that the holder must send' },
  limit: { type: 'text', value: '5MB/s', help: 'bandwidth, from 100KiB/s to 100MiB/s' },
  ip: { type: 'text', value: 'ADDRESS[/BITS]', help: 'only callers from there (experimental)' },
  stable: { type: 'text', value: '15m', help: 'one and the same link within each window, for caches' },

  host: {
    type: 'text',
    value: 'HOST',
    help: 'host of the link: public, internal, accelerate, or cname:https://files.example.com',
  },
  'sign-version': { type: 'text', choices: ['v4', 'v1'], help: 'default: v4' },
  at: { type: 'text', value: 'DATE', help: 'the signing instant, for output that can be repeated' },

  json: { type: 'flag', help: 'one JSON object: {"links": [...], "failures": [...]}' },
  ndjson: { type: 'flag', help: 'a line of JSON for each link or failure' },
  null: {
    type: 'flag',
    short: '0',
    help: 'links, and what --files-from reads, end with NUL; with another format, the latter alone',
  },
  qr: { type: 'flag', help: 'a QR code' },
  curl: { type: 'flag', help: 'a curl command for sh' },
  wget: { type: 'flag', help: 'a wget command for sh' },
  aria2: { type: 'flag', help: 'an input file for aria2c -i' },
  python: { type: 'flag', help: 'a Python script' },
  ...CONNECTION_OPTIONS,
} as const satisfies OptionTable;

/** What was given of them. */
export type SignOptions = OptionValues<typeof SIGN_OPTIONS>;

export const SIGN_EXAMPLES: readonly Example[] = [
  { says: 'a link that lasts a quarter of an hour', command: 'ossgrant sign oss://my-bucket/report.pdf --expires 15m' },
  {
    says: 'saved by the browser under a name of its own, until a given instant',
    command: "ossgrant sign oss://my-bucket/r1.pdf --filename '年度报告.pdf' --expires 2026-12-01T00:00Z",
  },
  {
    says: 'every picture under a prefix, as lines of JSON',
    command: "ossgrant sign oss://my-bucket/2026/ --recursive --include '*.jpg' --ndjson",
  },
  { says: 'keys from another program', command: 'generate-keys | ossgrant sign oss://my-bucket/ --files-from -' },
  {
    says: 'a command for somebody else to run',
    command: 'ossgrant sign oss://my-bucket/report.pdf --host cname:https://files.example.com --curl',
  },
];
