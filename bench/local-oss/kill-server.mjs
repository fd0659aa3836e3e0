import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolveEndpoint, signHeadersV4 } from '@ossgrant/signer-core';

// A local-oss with a directory, in a process of its own that can be killed, and signed calls to it.

const program = new URL('../../packages/local-oss/dist/bin/local-oss.js', import.meta.url).pathname;

/**
 * @typedef {{ bucket: string, key?: string, query?: Record<string, string | null>, body?: Uint8Array<ArrayBuffer> }} Target
 * @typedef {(method: string, target: Target) => Promise<Response>} Call
 */

/** @param {string} directory */
export async function startServer(directory) {
  const child = spawn(process.execPath, [program, '--directory', directory], { stdio: ['ignore', 'pipe', 'ignore'] });
  const environment = String((await once(child.stdout, 'data'))[0]);
  const variable = (/** @type {string} */ name) => new RegExp(`${name}='([^']*)'`).exec(environment)?.[1] ?? '';
  const endpoint = resolveEndpoint({ endpoint: variable('OSS_ENDPOINT'), region: variable('OSS_REGION') });
  const owner = { accessKeyId: variable('OSS_ACCESS_KEY_ID'), accessKeySecret: variable('OSS_ACCESS_KEY_SECRET') };
  /** @type {Call} */
  const call = async (method, { body, ...target }) => {
    const { origin, path, headers } = signHeadersV4({ method, endpoint, ...target }, owner, { date: new Date() });
    return fetch(origin + path, { method, headers, ...(body === undefined ? {} : { body }) });
  };
  return { child, call };
}

/** @param {Response} response */
export async function succeeded(response) {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return { response, text };
}

// As bytes: with a text, fetch sends a Content-Type that nobody has signed.
export const utf8 = (/** @type {string} */ text) => new TextEncoder().encode(text);
