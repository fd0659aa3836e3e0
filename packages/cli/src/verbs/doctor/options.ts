import { CONNECTION_OPTIONS } from '../../connection/options.ts';
import type { Context, OptionTable } from '../../verb.ts';

/** Options of `doctor`. */
export const DOCTOR_OPTIONS = {
  request: {
    type: 'text',
    value: 'FILE',
    completes: 'file',
    help: 'the request as it was sent: request line and headers; - is stdin',
  },
  error: { type: 'text', value: 'FILE', completes: 'file', help: "the server's answer, or its x-oss-err header" },
  probe: { type: 'flag', help: 'send the request (GET or HEAD) and read the answer' },
  method: { type: 'text', short: 'X', value: 'METHOD', help: 'with which the link was used; default: GET' },
  bucket: { type: 'text', value: 'NAME', help: 'the bucket meant, which a custom domain does not tell' },
  profile: CONNECTION_OPTIONS.profile,
  json: { type: 'flag', help: 'one JSON object' },
} as const satisfies OptionTable;

/** What `doctor` runs with. */
export type DoctorContext = Context<typeof DOCTOR_OPTIONS>;
