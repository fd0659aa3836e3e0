import type { Credentials } from '@ossgrant/credentials-core';
import { formatIsoBasic, signatureV1, signatureV4, signingKeyV4 } from '@ossgrant/signer-core/steps';
import type { LocalOss } from '../src/local-oss.ts';
import { send, type Answer } from './kit.ts';

/** A form before it is written. */
export interface FormParts {
  readonly fields: Readonly<Record<string, string>>;
  readonly file?: string;
}

/** Fields of a signed form; conditions default to the key alone. */
export function signForm(
  oss: LocalOss,
  version: 'v1' | 'v4',
  options: {
    readonly key?: string;
    readonly conditions?: readonly unknown[];
    readonly expiration?: Date;
    readonly credentials?: Credentials;
    /** Whether V4's own fields stand in the policy. @default true */
    readonly namesOwn?: boolean;
  } = {},
): Record<string, string> {
  const { key = 'dir/form.txt', credentials = oss.owner } = options;
  const now = oss.clock.now();
  const expiration = options.expiration ?? new Date(now.getTime() + 60_000);
  const date = formatIsoBasic(now);
  const scope = { day: date.slice(0, 8), region: oss.region, product: 'oss' };
  const credential = `${credentials.accessKeyId}/${scope.day}/${scope.region}/oss/aliyun_v4_request`;
  const v4 = {
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': credential,
    'x-oss-date': date,
  };
  const own =
    version === 'v4' && options.namesOwn !== false
      ? Object.entries(v4).map(([name, value]) => ({ [name]: value }))
      : [];
  const conditions = [...(options.conditions ?? [['eq', '$key', key]]), ...own];
  const policy = Buffer.from(JSON.stringify({ expiration: expiration.toISOString(), conditions })).toString('base64');
  const token = credentials.securityToken === undefined ? {} : { 'x-oss-security-token': credentials.securityToken };
  if (version === 'v1') {
    const signature = signatureV1(credentials.accessKeySecret, policy);
    return { key, OSSAccessKeyId: credentials.accessKeyId, policy, Signature: signature, ...token };
  }
  const signature = signatureV4(signingKeyV4(credentials.accessKeySecret, scope), policy);
  return { key, ...v4, policy, 'x-oss-signature': signature, ...token };
}

/** Posts a form with its file last. */
export function postForm(oss: LocalOss, bucket: string, form: FormParts): Promise<Answer> {
  const boundary = 'a-boundary';
  const fields = Object.entries(form.fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="C:\\dir\\a.txt"\r\nContent-Type: text/plain\r\n\r\n${form.file ?? 'content'}\r\n--${boundary}--\r\n`;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  return send(oss, { method: 'POST', path: `/${bucket}`, headers }, fields.join('') + file);
}
