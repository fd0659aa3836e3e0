// The server of shares as a process: its database takes seconds of a core to start, which would slow the timed downloads.
import os from 'node:os';
import { PGlite } from '@electric-sql/pglite';
import { pgliteDatabase } from '@ossgrant/grant-handler/postgres';
import { type ShareServerSettings, startShareServer } from './share-server.ts';

os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

async function serve(settings: ShareServerSettings): Promise<void> {
  const pglite = new PGlite();
  await pglite.waitReady;
  const { url, key } = await startShareServer(settings, pgliteDatabase(pglite));
  process.send?.({ url, key });
}

process.once('message', (settings: ShareServerSettings) => {
  serve(settings).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
// It ends with the demo, however that ends.
process.once('disconnect', () => process.exit());
