import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate in a file, as `NODE_EXTRA_CA_CERTS` and its like want it. */
export interface CaFile {
  readonly path: string;
  /** Removes what was made for it beside the server's own directory. */
  remove(): Promise<void>;
}

/** @param directory the server's own; without one, a temporary folder */
export async function writeCaFile(ca: string, directory: string | undefined): Promise<CaFile> {
  const folder = directory ?? (await mkdtemp(join(tmpdir(), 'local-oss-')));
  const path = join(folder, 'local-oss-ca.pem');
  await writeFile(path, ca);
  return {
    path,
    remove: () => (directory === undefined ? rm(folder, { recursive: true, force: true }) : Promise.resolve()),
  };
}
