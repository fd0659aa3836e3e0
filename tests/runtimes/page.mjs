// The page's part: plain JavaScript, loaded by the page itself. Tests call it by name.
import { applicationServer } from '@ossgrant/credentials-remote';
import { fromObject, fromUrl, openDownload } from '@ossgrant/http-downloader';
import { runVectors } from './run-vectors.mjs';

/** @param {string} link */
async function downloadLink(link) {
  const { body, done } = await openDownload(fromUrl(link));
  const text = await new Response(body).text();
  return { text, verified: (await done).verified };
}

/**
 * Makes a function that downloads an object eight times at once, with one provider of temporary credentials for all calls.
 *
 * @param {{ endpoint: string, region: string, bucket: string, key: string, url: string }} options
 */
function createEightDownloads({ url, ...object }) {
  const source = fromObject({ ...object, credentials: applicationServer({ url }) });
  const one = async () => {
    const { body, done } = await openDownload(source);
    await new Response(body).arrayBuffer();
    return (await done).verified;
  };
  return () => Promise.all(Array.from({ length: 8 }, one));
}

/** @param {number[]} bytes */
function compileModule(bytes) {
  try {
    return typeof new WebAssembly.Module(Uint8Array.from(bytes));
  } catch (error) {
    return error instanceof Error ? error.name : '';
  }
}

Object.assign(globalThis, { runVectors, downloadLink, createEightDownloads, compileModule });
