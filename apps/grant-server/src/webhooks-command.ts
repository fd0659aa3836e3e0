import type { WebhookOutbox } from '@ossgrant/grant-handler/webhooks';
import { ConfigurationError } from './configuration.ts';

const USAGE = `grant-server webhooks list
grant-server webhooks retry [ID...]`;
const MOST = 1000;

/** Lists webhooks that were given up, as lines of JSON, and lets them begin anew. */
export async function webhooksCommand(args: readonly string[], outbox: WebhookOutbox): Promise<string> {
  const [verb, ...ids] = args;
  if (verb === 'list' && ids.length === 0) {
    const lines = (await outbox.listDead(MOST)).map(({ body, ...delivery }) =>
      JSON.stringify({ ...delivery, event: JSON.parse(body) as unknown }),
    );
    return lines.join('\n');
  }
  if (verb === 'retry') {
    const count = await outbox.retryDead(Date.now(), ids.length === 0 ? undefined : ids);
    if (count < ids.length) {
      throw new ConfigurationError(
        `${count} of ${ids.length} will be sent again: the others were delivered, still wait, or are unknown`,
      );
    }
    return `${count} will be sent again`;
  }
  throw new ConfigurationError(`the command must be one of:\n${USAGE}`);
}
