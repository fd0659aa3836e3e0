import { Failure } from '../failure.ts';
import type { Reply } from '../http/reply.ts';
import { childText, type XmlElement } from '../http/xml-reader.ts';
import { toXml } from '../http/xml.ts';
import { malformedXml } from '../operations/object-failures.ts';
import type { BucketInput } from '../operations/operation.ts';
import type { CorsRule } from '../store/object-store.ts';
import { xmlReply } from './bucket-facts.ts';
import { readSettingsXml } from './read-settings.ts';

const METHODS = ['GET', 'PUT', 'DELETE', 'POST', 'HEAD'];
const MAX_RULES = 10;

/** PutBucketCors: the rules that preflights and answers go by from now on. */
export async function putBucketCors(input: BucketInput): Promise<Reply> {
  const document = await readSettingsXml(input, 'CORSConfiguration');
  const rules = document.children.filter(({ name }) => name === 'CORSRule');
  if (rules.length === 0) throw malformedXml('0034-00000002');
  if (rules.length > MAX_RULES) throw malformedXml();
  input.bucket.configure({ cors: rules.map(toRule), corsVary: childText(document, 'ResponseVary')?.trim() === 'true' });
  return { status: 200 };
}

/** GetBucketCors. */
export async function getBucketCors({ bucket }: BucketInput): Promise<Reply> {
  const { cors, corsVary = false } = bucket.settings;
  if (cors.length === 0) {
    throw new Failure({
      status: 404,
      code: 'NoSuchCORSConfiguration',
      message: 'The CORS Configuration does not exist.',
      ec: '0034-00000001',
      details: { BucketName: bucket.name },
    });
  }
  const rules = cors.map((rule) => ({
    AllowedOrigin: rule.allowedOrigins,
    AllowedMethod: rule.allowedMethods,
    AllowedHeader: rule.allowedHeaders,
    ExposeHeader: rule.exposeHeaders,
    MaxAgeSeconds: rule.maxAgeSeconds,
  }));
  return xmlReply(toXml('CORSConfiguration', { CORSRule: rules, ResponseVary: corsVary }));
}

/** DeleteBucketCors. */
export async function deleteBucketCors({ bucket }: BucketInput): Promise<Reply> {
  bucket.configure({ cors: [], corsVary: false });
  return { status: 204 };
}

function toRule(rule: XmlElement): CorsRule {
  const all = (name: string): readonly string[] =>
    rule.children.filter((child) => child.name === name).map(({ text }) => text.trim());
  const [origins, methods] = [all('AllowedOrigin'), all('AllowedMethod')];
  const [headers, exposed, ages] = [all('AllowedHeader'), all('ExposeHeader'), all('MaxAgeSeconds')];
  if (methods.some((method) => !METHODS.includes(method))) throw malformedXml('0034-00000011');
  const starred = [...origins, ...headers].some((text) => text.split('*').length > 2);
  const empty = [...origins, ...headers, ...exposed].includes('');
  if (origins.length === 0 || methods.length === 0 || starred || empty) throw malformedXml();
  if (exposed.some((name) => name.includes('*')) || ages.length > 1) throw malformedXml();
  if (ages.some((age) => !/^\d{1,9}$/.test(age))) throw malformedXml();
  return {
    allowedOrigins: origins,
    allowedMethods: methods,
    ...(headers.length === 0 ? {} : { allowedHeaders: headers }),
    ...(exposed.length === 0 ? {} : { exposeHeaders: exposed }),
    ...(ages[0] === undefined ? {} : { maxAgeSeconds: Number(ages[0]) }),
  };
}
