import { invalidArgument } from '../failure.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';

const MIN = 819_200;
const MAX = 838_860_800;
const EC = '0004-00000502';

/**
 * The request's `x-oss-traffic-limit` in bit/s; `undefined` when there is none.
 *
 * @throws Failure 400 InvalidArgument when it is out of bounds or given twice
 */
export function trafficLimit(request: RawRequest): number | undefined {
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
