import { wireKey } from '../request/wire-path.ts';
import type { Endpoint } from './endpoint.ts';

/** Where a request goes: an origin with the bucket in it where it belongs, and a path as sent. */
export interface Location {
  readonly origin: string;
  readonly path: string;
}

/** Places bucket and key in host and path, by the endpoint's addressing. */
export function locate(endpoint: Endpoint, bucket: string | undefined, key: string | undefined): Location {
  const keyPath = key === undefined ? '' : wireKey(key);
  if (bucket === undefined) return { origin: endpoint.origin, path: '/' };
  if (endpoint.addressing === 'path') return { origin: endpoint.origin, path: `/${bucket}/${keyPath}` };
  if (endpoint.addressing === 'cname') return { origin: endpoint.origin, path: `/${keyPath}` };
  return { origin: endpoint.origin.replace('://', `://${bucket}.`), path: `/${keyPath}` };
}
