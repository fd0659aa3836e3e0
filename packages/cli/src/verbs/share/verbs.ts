import { defined } from '@ossgrant/credentials-core/internal';
import { type GrantServer, grantServer, SERVER_OPTIONS } from '../../connection/grant-server.ts';
import { CliError, EXIT, type ExitCode, usageError } from '../../failure/cli-error.ts';
import { messageOf } from '../../failure/describe-failure.ts';
import { parseExpires } from '../../input/values.ts';
import { type Context, defineVerb, type OptionTable, type Verb } from '../../verb.ts';
import { type Share, writeRow, writeShare } from './share.ts';

const LIST_OPTIONS = {
  bucket: { type: 'text', value: 'BUCKET', help: 'only shares of this bucket' },
  prefix: { type: 'text', value: 'PREFIX', help: 'only shares of keys that begin with this' },
  state: { type: 'text', choices: ['active', 'paused', 'revoked'], help: 'only shares that their owner left so' },
  label: { type: 'text', value: 'TEXT', help: 'only shares with this label' },
  all: { type: 'flag', help: "also other owners' shares (needs an admin's key)" },
  json: { type: 'flag', help: 'write one JSON object a line' },
  ...SERVER_OPTIONS,
} as const satisfies OptionTable;

/** `ossgrant share list`: the shares of the key's owner, newest first. */
export const shareList: Verb<typeof LIST_OPTIONS> = defineVerb({
  name: 'share list',
  summary: 'List shares: state, uses, end, objects',
  examples: [
    { description: 'all of yours', command: 'ossgrant share list' },
    { description: 'ids of paused ones', command: 'ossgrant share list --state paused --json | jq -r .id' },
  ],
  positional: { name: '', min: 0, max: 0 },
  options: LIST_OPTIONS,
  async run(context) {
    const { options, stdout } = context;
    const { bucket, prefix, state, label, all, json } = options;
    const server = await grantServer(options, context);
    const filters = defined({ bucket, prefix, state, label, owner: all ? '*' : undefined });
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ ...filters, ...defined({ cursor }), limit: '1000' });
      const page = await server.call<{ shares: readonly Share[]; next?: string }>(
        'GET',
        `/v1/shares?${query.toString()}`,
      );
      for (const share of page.shares) await writeRow(share, stdout, json);
      cursor = page.next;
    } while (cursor !== undefined);
  },
});

const OPTIONS = {
  json: { type: 'flag', help: 'write each share as one JSON object' },
  ...SERVER_OPTIONS,
} as const satisfies OptionTable;

/** `ossgrant share show`: all that the owner knows of shares. */
export const shareShow: Verb<typeof OPTIONS> = onEach({
  name: 'share show',
  summary: 'Show shares: objects, limits, uses, end',
  example: 'who may still use it, and until when',
  act: (server, path) => server.call('GET', path),
});

/** `ossgrant share pause`: stops shares until they are resumed. */
export const sharePause: Verb<typeof OPTIONS> = onEach({
  name: 'share pause',
  summary: 'Pause shares: they give nothing until they are resumed',
  example: 'stop downloads for now',
  act: (server, path) => server.call('POST', `${path}/pause`),
});

/** `ossgrant share resume`: ends a pause. */
export const shareResume: Verb<typeof OPTIONS> = onEach({
  name: 'share resume',
  summary: 'Resume paused shares',
  example: 'allow downloads again',
  act: (server, path) => server.call('POST', `${path}/resume`),
});

/** `ossgrant share revoke`: takes shares back for good. */
export const shareRevoke: Verb<typeof OPTIONS> = onEach({
  name: 'share revoke',
  summary: 'Take shares back for good',
  example: 'no further signed URL is given; those given before end within a minute or so',
  act: (server, path) => server.call('POST', `${path}/revoke`),
});

/** `ossgrant share copy`: gives the address of shares again. */
export const shareCopy: Verb<typeof OPTIONS> = onEach({
  name: 'share copy',
  summary: 'Print the address of shares again',
  example: 'to pass on once more',
  act: (server, path) => server.call('POST', `${path}/copy`),
  write: (share, { stdout, options }) =>
    options.json ? writeShare(share, stdout, true) : stdout.line(share.url ?? ''),
});

const EXTEND_OPTIONS = {
  expires: { type: 'text', short: 'e', value: '7d|DATE', help: 'the new end, from now or as a date (required)' },
  ...OPTIONS,
} as const satisfies OptionTable;

/** `ossgrant share extend`: gives shares another end. */
export const shareExtend: Verb<typeof EXTEND_OPTIONS> = defineVerb({
  name: 'share extend',
  summary: 'Give shares another end',
  examples: [{ description: 'a week from now', command: `ossgrant share extend ${'0'.repeat(32)} --expires 7d` }],
  positional: { name: 'ID', min: 1 },
  options: EXTEND_OPTIONS,
  run(context) {
    const { expires } = context.options;
    if (expires === undefined) throw usageError('the new end is missing', 'give --expires, such as --expires 7d');
    return each(context, (server, path) => server.call('PATCH', path, parseExpires(expires)));
  },
});

type Act = (server: GrantServer, path: string) => Promise<Share>;
type ShareContext = Context<typeof OPTIONS>;
type Write = (share: Share, context: ShareContext) => Promise<void>;

interface Action {
  readonly name: string;
  readonly summary: string;
  /** What the example does. */
  readonly example: string;
  readonly act: Act;
  /** @default the share's facts */
  readonly write?: Write;
}

function onEach({ name, summary, example, act, write }: Action): Verb<typeof OPTIONS> {
  return defineVerb({
    name,
    summary,
    examples: [{ description: example, command: `ossgrant ${name} ${'0'.repeat(32)}` }],
    positional: { name: 'ID', min: 1 },
    options: OPTIONS,
    run: (context) => each(context, act, write),
  });
}

const writeFacts: Write = (share, { stdout, options }) => writeShare(share, stdout, options.json);

/** Acts on each share; one that fails stops no other. */
async function each(context: ShareContext, act: Act, write: Write = writeFacts): Promise<ExitCode | void> {
  const { args, stderr, signal, options } = context;
  const wrong = args.find((id) => !/^[0-9a-f]{32}$/.test(id));
  // Not repeated: it may be the share's address, which is a permission.
  if (wrong !== undefined) {
    throw usageError('not the id of a share: 32 hexadecimal digits', 'ossgrant share list shows them');
  }
  const server = await grantServer(options, context);
  let failure: CliError | undefined;
  for (const id of args) {
    try {
      await write(await act(server, `/v1/shares/${id}`), context);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CliError) || args.length === 1) throw error;
      failure = error;
      await stderr.line(`ossgrant: ${id}: ${messageOf(error)}`);
    }
  }
  if (failure !== undefined) return EXIT.partial;
}
