import type { Example } from '../../verb.ts';

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
