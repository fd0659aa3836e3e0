import { EC } from '../../http/ec.ts';
import type { CorsRule, RefererRules } from '../../access/origins.ts';
import { Refusal, malformedXml } from '../../http/refusal.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { childText, type XmlElement } from '../../http/xml-reader.ts';
import { toXml } from '../../http/xml.ts';
import type { BucketInput } from '../operation.ts';
import { xmlResponse, readSettingsXml } from '../xml-bodies.ts';

const METHODS = ['GET', 'PUT', 'DELETE', 'POST', 'HEAD'];
const MAX_RULES = 10;

/** PutBucketCors: replaces the rules for preflights and responses. */
export async function putBucketCors(input: BucketInput): Promise<OssResponse> {
  const document = await readSettingsXml(input, 'CORSConfiguration');
  const rules = document.children.filter(({ name }) => name === 'CORSRule');
  if (rules.length === 0) throw malformedXml(EC.corsEmpty);
  if (rules.length > MAX_RULES) throw malformedXml();
  input.bucket.configure({ cors: rules.map(toRule), corsVary: childText(document, 'ResponseVary')?.trim() === 'true' });
  return { status: 200 };
}

/** GetBucketCors. */
export async function getBucketCors({ bucket }: BucketInput): Promise<OssResponse> {
  const { cors, corsVary = false } = bucket.settings;
  if (cors.length === 0) {
    throw new Refusal({
      status: 404,
      code: 'NoSuchCORSConfiguration',
      message: 'The CORS Configuration does not exist.',
      ec: EC.noSuchCors,
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
  return xmlResponse(toXml('CORSConfiguration', { CORSRule: rules, ResponseVary: corsVary }));
}

/** DeleteBucketCors. */
export async function deleteBucketCors({ bucket }: BucketInput): Promise<OssResponse> {
  bucket.configure({ cors: [], corsVary: false });
  return { status: 204 };
}

function toRule(rule: XmlElement): CorsRule {
  const all = (name: string): readonly string[] =>
    rule.children.filter((child) => child.name === name).map(({ text }) => text.trim());
  const [origins, methods] = [all('AllowedOrigin'), all('AllowedMethod')];
  const [headers, exposed, ages] = [all('AllowedHeader'), all('ExposeHeader'), all('MaxAgeSeconds')];
  if (methods.some((method) => !METHODS.includes(method))) throw malformedXml(EC.corsMethod);
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

const NO_RULES: RefererRules = { allowEmpty: true, allowed: [] };

/** PutBucketReferer: replaces all rules. */
export async function putBucketReferer(input: BucketInput): Promise<OssResponse> {
  const document = await readSettingsXml(input, 'RefererConfiguration');
  const list = document.children.find(({ name }) => name === 'RefererList');
  const denied = document.children.find(({ name }) => name === 'RefererBlacklist');
  if (list === undefined) throw malformedXml();
  const referer: RefererRules = {
    allowEmpty: allowsEmpty(document),
    allowed: patternsIn(list),
    denied: denied === undefined ? [] : patternsIn(denied),
    truncateQuery: flag(document, 'AllowTruncateQueryString', true),
    truncatePath: flag(document, 'TruncatePath', false),
  };
  input.bucket.configure({ referer });
  return { status: 200 };
}

/** GetBucketReferer: by default every page is allowed. */
export async function getBucketReferer({ bucket }: BucketInput): Promise<OssResponse> {
  const rules = bucket.settings.referer ?? NO_RULES;
  const { allowEmpty, allowed, denied = [], truncateQuery = true, truncatePath = false } = rules;
  const body = toXml('RefererConfiguration', {
    AllowEmptyReferer: allowEmpty,
    AllowTruncateQueryString: truncateQuery,
    TruncatePath: truncatePath,
    RefererList: { Referer: allowed },
    ...(denied.length === 0 ? {} : { RefererBlacklist: { Referer: denied } }),
  });
  return xmlResponse(body);
}

function allowsEmpty(document: XmlElement): boolean {
  const text = childText(document, 'AllowEmptyReferer')?.trim() ?? '';
  if (text === '') throw malformedXml(EC.refererEmptyMissing);
  if (text !== 'true' && text !== 'false') throw malformedXml(EC.refererEmptyInvalid);
  return text === 'true';
}

function flag(document: XmlElement, name: string, usual: boolean): boolean {
  const text = childText(document, name)?.trim() ?? String(usual);
  if (text !== 'true' && text !== 'false') throw malformedXml();
  return text === 'true';
}

function patternsIn(list: XmlElement): readonly string[] {
  // Clients send one element for each, or one with commas.
  return list.children
    .filter(({ name }) => name === 'Referer')
    .flatMap(({ text }) => text.split(','))
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');
}
