import { invalidArgument } from '../failure.ts';

/** `<key id>/<day>/<region>/<product>/aliyun_v4_request`, taken apart. */
export interface CredentialV4 {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly product: string;
}

/**
 * Reads and checks a V4 credential.
 *
 * @param timestamp the request's `x-oss-date`; its day must be the scope's
 * @throws Failure 400 InvalidArgument with the cloud's EC
 */
export function parseCredentialV4(text: string, region: string): CredentialV4 {
  const [accessKeyId = '', day = '', scopeRegion = '', product = '', terminator = '', ...rest] = text.split('/');
  if (accessKeyId === '' || terminator !== 'aliyun_v4_request' || rest.length > 0) {
    throw invalidArgument('Invalid credential in signature.', '0002-00000222');
  }
  if (!/^\d{8}$/.test(day)) throw invalidArgument('Invalid date in credential.', '0002-00000223');
  if (scopeRegion !== region) {
    throw invalidArgument(`Invalid signing region in Authorization header. Region should be ${region}.`, '0002-00000226');
  }
  if (product !== 'oss') throw invalidArgument('Invalid signing product in Authorization header.', '0002-00000227');
  return { accessKeyId, day, region: scopeRegion, product };
}
