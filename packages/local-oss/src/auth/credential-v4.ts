import { Failure, invalidArgument } from '../failure.ts';
import { EC } from './ec.ts';

/** `<key id>/<day>/<region>/<product>/aliyun_v4_request`, taken apart. */
export interface CredentialV4 {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly product: string;
}

/** Where a credential stood: each place has its own EC numbers. */
export type CredentialPlace = 'header' | 'url' | 'form';

const INVALID = {
  header: EC.credentialInvalidV4,
  url: EC.urlCredentialInvalidV4,
  form: EC.formCredentialInvalidV4,
} as const;
const DAY_INVALID = { header: EC.dayInvalidV4, url: EC.urlDayInvalidV4, form: EC.formDayInvalidV4 } as const;

/**
 * Reads and checks a V4 credential.
 *
 * @throws Failure 400 InvalidArgument with the cloud's EC
 */
export function parseCredentialV4(text: string, region: string, place: CredentialPlace): CredentialV4 {
  const [accessKeyId = '', day = '', scopeRegion = '', product = '', terminator = '', ...rest] = text.split('/');
  if (accessKeyId === '' || terminator !== 'aliyun_v4_request' || rest.length > 0) {
    throw invalidArgument('Invalid credential in signature.', INVALID[place]);
  }
  if (!/^[\w.-]+$/.test(accessKeyId)) throw invalidArgument('Invalid AccessKeyId in credential.', EC.keyIdInvalidV4);
  if (!/^\d{8}$/.test(day)) throw invalidArgument('Invalid signing date in credential.', DAY_INVALID[place]);
  if (scopeRegion !== region) throw invalidArgument('Invalid signing region in Authorization header.', EC.regionV4);
  if (product !== 'oss') throw invalidArgument('Invalid signing product in Authorization header.', EC.productV4);
  return { accessKeyId, day, region: scopeRegion, product };
}

/**
 * A signature's day and time must agree: a key made for one day must not sign for another.
 *
 * @throws Failure 400 InvalidArgument
 */
export function assertSameDay(credential: CredentialV4, date: Date): void {
  if (date.toISOString().slice(0, 10).replaceAll('-', '') === credential.day) return;
  throw new Failure({
    status: 400,
    code: 'InvalidArgument',
    message: 'The signing date in the credential differs from the x-oss-date.',
    ec: EC.dayDiffersV4,
  });
}
