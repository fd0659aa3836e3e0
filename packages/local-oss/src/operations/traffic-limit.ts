import type { Readable } from 'node:stream';
import { invalidArgument } from '../failure.ts';
import { derive } from '../http/derive.ts';
import { limitRate, realPace } from '../http/limit-rate.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { OperationInput } from './operation.ts';

const MIN = 819_200;
const MAX = 838_860_800;
const EC = '0004-00000502';

/**
 * The request's `x-oss-traffic-limit` in bit/s; `undefined` when there is none.
 *
 * @throws Failure 400 InvalidArgument when it is out of bounds or given twice
 */
export function trafficLimit(request: Pick<RawRequest, 'headers' | 'query'>): number | undefined {
  const inHeader = request.headers.get('x-oss-traffic-limit');
  const inQuery = parameter(request, 'x-oss-traffic-limit');
  if (inHeader !== undefined && inQuery !== undefined) {
    throw invalidArgument('The x-oss-traffic-limit must be in the URL or in a header, not in both.', EC);
  }
  const text = inHeader ?? inQuery;
  if (text === undefined) return undefined;
  const limit = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (limit >= MIN && limit <= MAX) return limit;
  throw invalidArgument(`The x-oss-traffic-limit must be from ${MIN} to ${MAX}.`, EC);
}

type Limit = Pick<OperationInput, 'gone' | 'bitsPerSecond'>;

/** An upload's bytes, at the rate that its request allows. */
export function pacedUpload(bytes: AsyncIterable<Buffer>, { bitsPerSecond, gone }: Limit): AsyncIterable<Buffer> {
  return bitsPerSecond === undefined ? bytes : limitRate(bytes, bitsPerSecond, realPace(gone));
}

/** A download's bytes, at the rate that its request allows. */
export function pacedDownload(body: Readable, limit: Limit): Readable {
  return limit.bitsPerSecond === undefined ? body : derive(body, (bytes) => pacedUpload(bytes, limit));
}
