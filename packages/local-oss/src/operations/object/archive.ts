import { Refusal, invalidArgument } from '../../http/refusal.ts';
import { readCheckedBody, wholeNumber } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { childText, parseXml } from '../../http/xml-reader.ts';
import type { ObjectVersion, StorageClass } from '../../store/object-store.ts';
import type { ObjectInput } from '../operation.ts';
import { requireObject, versionHeader, versionIn } from './find-object.ts';

const HOUR_MS = 3_600_000;

/** How long a restore takes, by the server's own clock; `undefined` for classes that need none. */
export const RESTORE_MS: Readonly<Record<StorageClass, number | undefined>> = {
  Standard: undefined,
  IA: undefined,
  Archive: 60_000,
  ColdArchive: 5 * HOUR_MS,
  DeepColdArchive: 12 * HOUR_MS,
};

/** State of an archived object. */
export type RestoreState = 'not-archived' | 'frozen' | 'restoring' | 'restored';

export function restoreState(object: ObjectVersion, now: Date): RestoreState {
  if (RESTORE_MS[object.storageClass] === undefined) return 'not-archived';
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
    ec: '0016-00000404',
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
  const days = daysOf((await readCheckedBody(input.message, MAX_BODY_BYTES, md5)).toString());
  const object = requireObject(input);
  const now = context.clock.now();
  const state = restoreState(object, now);
  if (state === 'not-archived') {
    throw new Refusal({ status: 400, code: 'OperationNotSupported', message: 'The operation is not supported.' });
  }
  if (state === 'restoring') {
    throw new Refusal({
      status: 409,
      code: 'RestoreAlreadyInProgress',
      message: 'The restore operation is in progress.',
    });
  }
  const readyAt = new Date(now.getTime() + (state === 'restored' ? 0 : (RESTORE_MS[object.storageClass] ?? 0)));
  const restore = { readyAt, expiresAt: new Date(readyAt.getTime() + days * DAY_MS) };
  bucket.update(key, { restore }, versionIn(input.request));
  return { status: state === 'restored' ? 200 : 202, headers: versionHeader(bucket, object) };
}

function daysOf(body: string): number {
  if (body.trim() === '') return 1;
  const days = wholeNumber(childText(parseXml(body), 'Days')?.trim() ?? '1') ?? 0;
  if (days < 1 || days > 365) throw invalidArgument('Days must be from 1 to 365.');
  return days;
}
