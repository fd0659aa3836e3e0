import { defined } from '@ossgrant/credentials-core/internal';
import { grantServer, SERVER_OPTIONS } from '../../connection/grant-server.ts';
import { usageError } from '../../failure/cli-error.ts';
import { parseObjectAddress } from '../../input/object-address.ts';
import { readPassword } from '../../input/read-text.ts';
import { parseExpires, parseInstant } from '../../input/values.ts';
import { defineVerb, type OptionTable, type OptionValues, type ProcessContext, type Verb } from '../../verb.ts';
import { objectsOf } from '../../input/objects-of-one-bucket.ts';
import { type Share, writeShare } from './share.ts';

const OPTIONS = {
  expires: { type: 'text', short: 'e', value: '7d|DATE', help: "when the share ends (default: the server's)" },
  'not-before': { type: 'text', value: 'DATE', help: 'when the share begins' },
  uses: { type: 'text', value: 'N', help: 'maximum number of downloads' },
  ip: { type: 'text', multiple: true, value: 'ADDRESS[/BITS]', help: 'allow only this address' },
  'password-file': {
    type: 'text',
    value: 'FILE',
    completes: 'file',
    help: 'ask for the password in FILE (- is stdin)',
  },
  label: { type: 'text', value: 'TEXT', help: 'what the recipient and your list show' },
  filename: { type: 'text', value: 'NAME', help: 'save under this name' },
  inline: { type: 'flag', help: 'show in the browser instead of saving' },
  credentials: { type: 'flag', help: 'also give temporary credentials for the objects' },
  host: { type: 'text', value: 'NAME', help: "one of the server's named hosts" },
  json: { type: 'flag', help: 'write the share as JSON' },
  ...SERVER_OPTIONS,
} as const satisfies OptionTable;

/** `ossgrant share create`: makes a share of a grant server, which can be counted, limited and taken back. */
export const shareCreate: Verb<typeof OPTIONS> = defineVerb({
  name: 'share create',
  summary: 'Share objects or a folder by a grant server: counted, limited, revocable',
  examples: [
    {
      description: 'one download within a week; prints the address to pass on',
      command: 'ossgrant share create oss://my-bucket/report.pdf --expires 7d --uses 1',
    },
    {
      description: 'a folder, with a password from stdin',
      command: 'ossgrant share create oss://my-bucket/team-a/ --password-file - < password.txt',
    },
  ],
  positional: { name: 'oss://BUCKET/KEY|FOLDER/', min: 1 },
  options: OPTIONS,
  async run(context) {
    const { args, options, stdout, stderr } = context;
    const input = { ...objectsOf(args.map(parseObjectAddress), 'share'), ...(await limitsOf(options, context)) };
    const server = await grantServer(options, context);
    const share = await server.call<Share>('POST', '/v1/shares', input);
    if (options.json) return writeShare(share, stdout, true);
    await stdout.line(share.url ?? '');
    await stderr.line(`Share ${share.id} ends ${share.expiresAt}. To take it back: ossgrant share revoke ${share.id}`);
  },
});

async function limitsOf(options: OptionValues<typeof OPTIONS>, context: ProcessContext): Promise<object> {
  const { expires, uses, label, filename, host, ip } = options;
  const start = options['not-before'];
  const file = options['password-file'];
  const password = file === undefined ? undefined : await readPassword(file, context);
  return {
    ...(expires === undefined ? {} : parseExpires(expires)),
    ...defined({
      notBefore: start === undefined ? undefined : parseInstant('--not-before', start),
      maxUses: uses === undefined ? undefined : parseCount('--uses', uses),
      ip: ip.length === 0 ? undefined : ip,
      disposition: options.inline ? 'inline' : undefined,
      allow: options.credentials ? ['credentials'] : undefined,
      password,
      label,
      filename,
      host,
    }),
  };
}

/** @throws CliError */
function parseCount(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError(`${option} "${text}" is not a whole number from 1`);
}
