import { CONNECTION_OPTIONS } from '../../connection/options.ts';
import type { OptionTable, OptionValues } from '../../verb.ts';

/** Options of `get`. */
export const GET_OPTIONS = {
  output: {
    type: 'text',
    short: 'o',
    value: 'FILE',
    completes: 'file',
    help: 'where to; - is stdout; default: by the key',
  },
  'server-name': { type: 'flag', short: 'O', help: "the server's name for it, which never replaces a file" },
  'out-dir': { type: 'text', value: 'FOLDER', completes: 'folder', help: 'made if there is none; default: this one' },
  connections: { type: 'text', value: '1..16', help: 'most at once; default: as many as make it faster' },
  'limit-rate': { type: 'text', value: '5MB/s', help: 'bandwidth of all connections together' },
  report: { type: 'text', value: 'FILE', completes: 'file', help: 'what became of each download, as JSON' },
  json: { type: 'flag', help: 'the same on stdout' },
  'version-id': { type: 'text', value: 'ID', help: 'one version of an oss:// object' },
  ...CONNECTION_OPTIONS,
} as const satisfies OptionTable;

/** What was given of them. */
export type GetOptions = OptionValues<typeof GET_OPTIONS>;
