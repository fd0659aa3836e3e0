import { parseArgs } from 'node:util';
import { createApiKeys, type KeyScope, type Store } from '@ossgrant/grant-handler';
import { ConfigurationError } from './configuration.ts';
import { readScopeText } from './scope-text.ts';

const USAGE = `grant-server keys make --owner NAME [--name TEXT] [--admin] [--expires DAYS] --scope BUCKET/PREFIX=DAYS...
grant-server keys list
grant-server keys revoke ID`;

/** Makes, lists and revokes API keys. The key alone goes to stdout, so that it can be piped. */
export async function keysCommand(args: readonly string[], store: Store): Promise<string> {
  const [verb, ...rest] = args;
  const keys = createApiKeys({ store });
  if (verb === 'make') {
    const { values } = parseArgs({
      args: rest,
      options: {
        owner: { type: 'string' },
        name: { type: 'string', default: 'key' },
        admin: { type: 'boolean', default: false },
        expires: { type: 'string' },
        scope: { type: 'string', multiple: true, default: [] },
      },
    });
    if (values.owner === undefined) throw new ConfigurationError(`--owner must name who owns the shares:\n${USAGE}`);
    const { key } = await keys.make(
      {
        owner: values.owner,
        name: values.name,
        admin: values.admin,
        scopes: values.scope.map(readScope),
        ...(values.expires === undefined ? {} : { expiresAt: new Date(Date.now() + days(values.expires) * 1000) }),
      },
      'command line',
    );
    return key;
  }
  if (verb === 'list') {
    const lines = (await keys.list()).map(({ id, owner, name, admin, scopes, createdAt, revokedAt, expiresAt }) =>
      JSON.stringify({ id, owner, name, admin, scopes, createdAt, revokedAt, expiresAt }),
    );
    return lines.join('\n');
  }
  const [id = ''] = rest;
  if (verb === 'revoke' && /^[0-9a-f]{32}$/.test(id)) {
    if (await keys.revoke(id, 'command line')) return `revoked ${id}`;
    throw new ConfigurationError(`there is no key ${id} that could be revoked: grant-server keys list shows them`);
  }
  throw new ConfigurationError(`the command must be one of:\n${USAGE}`);
}

function days(text: string): number {
  const count = Number(text);
  if (Number.isFinite(count) && count > 0) return Math.floor(count * 86_400);
  throw new ConfigurationError(`"${text}" must be a number of days`);
}

function readScope(text: string): KeyScope {
  const scope = readScopeText(text);
  if (scope !== undefined) return scope;
  throw new ConfigurationError(`--scope "${text}" must look like "my-bucket/reports/=30": bucket, prefix, and days`);
}
