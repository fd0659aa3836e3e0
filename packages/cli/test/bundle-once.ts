import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle } from '../tools/bundle.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The bundled command's file. */
    readonly cliEntry: string;
  }
}

let folder: string | undefined;

/** Bundles the command before the tests, from the sources as they are: a test can never run an old build. */
export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-cli-'));
  const { entry } = await bundle(folder);
  project.provide('cliEntry', entry);
}

export async function teardown(): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
