import { SigningError } from '../errors/signing-error.ts';

/**
 * Reads an endpoint as a user writes it: scheme optional, no path, no user.
 *
 * @throws SigningError `INVALID_ENDPOINT`
 */
export function parseOrigin(endpoint: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid('is not a host name or an http(s) URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid('must use https or http');
  if (url.username !== '' || url.password !== '') throw invalid('must not contain a user or password');
  if ((url.pathname !== '/' && url.pathname !== '') || url.search !== '' || url.hash !== '') {
    throw invalid('must be a host only: bucket, key and parameters are given apart');
  }
  return url;
}

/** Whether the host is this machine by address or reserved name (RFC 6761). */
export function isLoopback(hostname: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost|.+\.localhost)$/.test(hostname);
}

export function isIpAddress(hostname: string): boolean {
  return /^(\d+\.\d+\.\d+\.\d+|\[.*\])$/.test(hostname);
}

function invalid(problem: string): SigningError {
  return new SigningError('INVALID_ENDPOINT', `endpoint ${problem}`);
}
