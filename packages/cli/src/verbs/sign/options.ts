import { CONNECTION_OPTIONS } from '../../connection/endpoint.ts';
import type { OptionTable, OptionValues, Example } from '../../verb.ts';

/** Options of `sign`. */
export const SIGN_OPTIONS = {
  expires: { type: 'text', short: 'e', value: '15m|7d|DATE', help: 'when the link ends (default: 15m)' },
  'if-shorter': {
    type: 'text',
    choices: ['error', 'clamp'],
    help: 'if the credentials end sooner: fail (default), or shorten the link',
  },
  method: { type: 'text', short: 'X', value: 'METHOD', help: 'HTTP method of the link (default: GET)' },
  'head-twin': { type: 'flag', help: 'also sign a HEAD link: a GET link does not work for HEAD' },

  recursive: { type: 'flag', short: 'r', help: 'sign every object under the prefix' },
  include: {
    type: 'text',
    multiple: true,
    value: 'GLOB',
    help: 'with --recursive or --files-from, sign only matching keys',
  },
  exclude: { type: 'text', multiple: true, value: 'GLOB', help: 'skip matching keys' },
  'files-from': {
    type: 'text',
    value: 'FILE',
    completes: 'file',
    help: 'read keys from a file, one per line; - is stdin',
  },

  filename: { type: 'text', value: 'NAME', help: 'file name under which browsers save the object' },
  attachment: { type: 'flag', help: 'make browsers save the object' },
  inline: { type: 'flag', help: 'make browsers display the object' },
  'allow-inline-markup': { type: 'flag', help: 'allow --inline for HTML, SVG and XML, whose scripts then run' },
  process: { type: 'text', value: 'STYLE', help: 'processing, such as image/resize,w_200' },
  'version-id': { type: 'text', value: 'ID', help: 'version of the object' },
  param: { type: 'text', multiple: true, value: 'NAME=VALUE', help: 'add a query parameter' },
  header: { type: 'text', multiple: true, value: 'NAME=VALUE', help: 'header that must be sent with the link' },
  'limit-rate': { type: 'text', value: '5MB/s', help: 'maximum bandwidth, from 100KiB/s to 100MiB/s' },
  ip: { type: 'text', value: 'ADDRESS[/BITS]', help: 'restrict the link to these callers (experimental)' },
  stable: { type: 'text', value: '15m', help: 'sign the same link again within each window, for caches' },

  host: {
    type: 'text',
    value: 'HOST',
    help: 'host of the link: public, internal, accelerate, accelerate-overseas, dual-stack, or cname:https://files.example.com',
  },
  'sign-version': { type: 'text', choices: ['v4', 'v1'], help: 'signature version (default: v4)' },
  at: { type: 'text', value: 'DATE', help: 'signing time, for reproducible output (default: now)' },

  json: { type: 'flag', help: 'write one JSON object: {"links": [...], "failures": [...]}' },
  ndjson: { type: 'flag', help: 'write one line of JSON per link or failure' },
  manifest: {
    type: 'flag',
    help: 'write one line of JSON per link, with the size and CRC-64 of the object, for get --manifest',
  },
  null: {
    type: 'flag',
    short: '0',
    help: 'end links, and expect items of --files-from to end, with NUL; with another format, only the latter',
  },
  qr: { type: 'flag', help: 'draw a QR code' },
  curl: { type: 'flag', help: 'write a curl command for sh' },
  wget: { type: 'flag', help: 'write a wget command for sh' },
  aria2: { type: 'flag', help: 'write an input file for aria2c -i' },
  python: { type: 'flag', help: 'write a Python script' },
  ...CONNECTION_OPTIONS,
} as const satisfies OptionTable;

/** The values of `SIGN_OPTIONS`. */
export type SignVerbOptions = OptionValues<typeof SIGN_OPTIONS>;

export const SIGN_EXAMPLES: readonly Example[] = [
  {
    description: 'a link that works for 15 minutes',
    command: 'ossgrant sign oss://my-bucket/report.pdf --expires 15m',
  },
  {
    description: 'until a given time; browsers save it under another name',
    command: "ossgrant sign oss://my-bucket/r1.pdf --filename '年度报告.pdf' --expires 2026-12-01T00:00Z",
  },
  {
    description: 'every picture under a prefix, as lines of JSON',
    command: "ossgrant sign oss://my-bucket/2026/ --recursive --include '*.jpg' --ndjson",
  },
  {
    description: 'for somebody who gets them all: ossgrant get --manifest links.ndjson --skip-equal',
    command: 'ossgrant sign oss://my-bucket/2026/ --recursive --expires 1d --manifest > links.ndjson',
  },
  {
    description: 'keys from another program',
    command: 'generate-keys | ossgrant sign oss://my-bucket/ --files-from -',
  },
  {
    description: 'a command for somebody else to run',
    command: 'ossgrant sign oss://my-bucket/report.pdf --host cname:https://files.example.com --curl',
  },
];
