import { invalidArgument } from '../failure.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import { EC } from './ec.ts';

/**
 * The security token of a request: a header with header signing, a query parameter with URL signing, never both.
 *
 * @param urlName name of the parameter in a signed URL; absent for signed headers
 * @throws Failure when there are two
 */
export function tokenIn(request: RawRequest, urlName?: 'security-token' | 'x-oss-security-token'): string | undefined {
  const inHeader = request.headers.get('x-oss-security-token');
  const inUrl = parameter(request, 'security-token') ?? parameter(request, 'x-oss-security-token');
  if (inHeader !== undefined && inUrl !== undefined) {
    throw invalidArgument('The security token must be in the URL or in a header, not in both.', EC.tokenTwice);
  }
  return inHeader ?? (urlName === undefined ? undefined : parameter(request, urlName));
}
