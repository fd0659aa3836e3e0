import { defined } from '@ossgrant/credentials-core/internal';
import { EC } from '../../http/ec.ts';
import { malformedXml, Refusal, invalidArgument } from '../../http/refusal.ts';
import { readCheckedBody, wholeNumber } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { childText, parseXml } from '../../http/xml-reader.ts';
import type { ObjectVersion, StorageClass } from '../../store/object-store.ts';
import type { ObjectInput } from '../operation.ts';
import { requireObject, versionHeader, versionIn } from './find-object.ts';

const HOUR_MS = 3_600_000;

type Tier = 'Expedited' | 'Standard' | 'Bulk';

// The longest time that Alibaba's pages give for each; by the server's own clock. A class without tiers takes no
// JobParameters.
const TIER_MS: Readonly<Partial<Record<StorageClass, Readonly<Partial<Record<Tier, number>>>>>> = {
  ColdArchive: { Expedited: HOUR_MS, Standard: 5 * HOUR_MS, Bulk: 12 * HOUR_MS },
  DeepColdArchive: { Expedited: 12 * HOUR_MS, Standard: 48 * HOUR_MS },
};
// The cloud takes a minute.
const ARCHIVE_MS = 60_000;

function isArchived(storageClass: StorageClass): boolean {
  return storageClass === 'Archive' || TIER_MS[storageClass] !== undefined;
}

/** State of an archived object. */
export type RestoreState = 'not-archived' | 'frozen' | 'restoring' | 'restored';

export function restoreState(object: ObjectVersion, now: Date): RestoreState {
  if (!isArchived(object.storageClass)) return 'not-archived';
  if (object.restore === undefined || now >= object.restore.expiresAt) return 'frozen';
  return now < object.restore.readyAt ? 'restoring' : 'restored';
}

/** @throws Refusal 403 InvalidObjectState for an archived object that is not restored */
export function assertReadable(object: ObjectVersion, now: Date): void {
  const state = restoreState(object, now);
  if (state === 'not-archived' || state === 'restored') return;
  throw new Refusal({
    status: 403,
    code: 'InvalidObjectState',
    message: "The operation is not valid for the object's state",
    ec: EC.notRestored,
    details: { ObjectName: object.key },
  });
}

/** `x-oss-restore`, absent while an object is frozen or was never archived. */
export function restoreHeader(object: ObjectVersion, now: Date): Record<string, string> {
  const info = restoreInfo(object, now);
  return info === undefined ? {} : { 'x-oss-restore': info };
}

/** State of a restore, as in headers and listings; `undefined` for an object that is frozen or was never archived. */
export function restoreInfo(object: ObjectVersion, now: Date): string | undefined {
  const state = restoreState(object, now);
  if (state === 'restoring') return 'ongoing-request="true"';
  if (state !== 'restored' || object.restore === undefined) return undefined;
  return `ongoing-request="false", expiry-date="${object.restore.expiresAt.toUTCString()}"`;
}

const DAY_MS = 86_400_000;
const MAX_BODY_BYTES = 8192;

/** RestoreObject: 202 when it begins, 200 when the object is restored already, 409 while a restore is in progress. */
export async function restoreObject(input: ObjectInput): Promise<OssResponse> {
  const { bucket, key, context } = input;
  const md5 = input.request.headers.get('content-md5');
  const wanted = restoreRequest((await readCheckedBody(input.message, MAX_BODY_BYTES, md5)).toString());
  const object = requireObject(input);
  const now = context.clock.now();
  const state = restoreState(object, now);
  if (state === 'not-archived') {
    throw new Refusal({
      status: 400,
      code: 'OperationNotSupported',
      message: 'The operation is not supported for this resource',
      ec: EC.notArchived,
      details: { Detail: 'RestoreObject operation does not support this object storage class' },
    });
  }
  if (state === 'restoring') {
    throw new Refusal({
      status: 409,
      code: 'RestoreAlreadyInProgress',
      message: 'The restore operation is in progress.',
      ec: EC.restoreInProgress,
    });
  }
  if (wanted.days < 1 || wanted.days > maxDays(object.storageClass)) {
    throw invalidArgument(`Days must be from 1 to ${maxDays(object.storageClass)}.`, EC.restoreDays);
  }
  const tier = tierOf(object.storageClass, wanted.tier);
  const takesMs = (tier && TIER_MS[object.storageClass]?.[tier]) ?? ARCHIVE_MS;
  const readyAt = new Date(now.getTime() + (state === 'restored' ? 0 : takesMs));
  const restore = { readyAt, expiresAt: new Date(readyAt.getTime() + wanted.days * DAY_MS) };
  bucket.update(key, { restore }, versionIn(input.request));
  const headers = { ...versionHeader(bucket, object), ...defined({ 'x-oss-object-restore-priority': tier }) };
  return { status: state === 'restored' ? 200 : 202, headers };
}

function maxDays(storageClass: StorageClass): number {
  return storageClass === 'Archive' ? 7 : 365;
}

/** @throws Refusal 400 MalformedXML */
function tierOf(storageClass: StorageClass, wanted: string | undefined): Tier | undefined {
  const tiers = TIER_MS[storageClass];
  if (tiers === undefined) {
    if (wanted === undefined) return undefined;
    throw malformedXml(EC.restoreTier);
  }
  const tier = (['Expedited', 'Standard', 'Bulk'] as const).find((name) => name === (wanted ?? 'Standard'));
  if (tier !== undefined && tiers[tier] !== undefined) return tier;
  throw malformedXml(EC.restoreTier);
}

function restoreRequest(body: string): { readonly days: number; readonly tier: string | undefined } {
  if (body.trim() === '') return { days: 1, tier: undefined };
  const document = parseXml(body);
  const days = wholeNumber(childText(document, 'Days')?.trim() ?? '1') ?? 0;
  const parameters = document.children.find(({ name }) => name === 'JobParameters');
  return { days, tier: parameters && (childText(parameters, 'Tier')?.trim() ?? '') };
}
