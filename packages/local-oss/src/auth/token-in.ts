import { invalidArgument } from '../failure.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';

/**
 * The security token of a request: a header with header signing, a query parameter with URL signing, never both.
 *
 * @throws Failure when there are two
 */
export function tokenIn(request: RawRequest, queryName: 'security-token' | 'x-oss-security-token'): string | undefined {
  const inHeader = request.headers.get('x-oss-security-token');
  const inQuery = parameter(request, queryName);
  if (inHeader !== undefined && inQuery !== undefined) {
    throw invalidArgument('The security token must be in the query or in the header, not in both.');
  }
  return inHeader ?? inQuery;
}
