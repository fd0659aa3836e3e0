import { Failure } from '../failure.ts';
import type { ObjectInfo, StorageClass } from '../store/object-store.ts';

const HOUR_MS = 3_600_000;

/** How long a restore takes, by the server's own clock; `undefined` for classes that need none. */
export const RESTORE_MS: Readonly<Record<StorageClass, number | undefined>> = {
  Standard: undefined,
  IA: undefined,
  Archive: 60_000,
  ColdArchive: 5 * HOUR_MS,
  DeepColdArchive: 12 * HOUR_MS,
};

/** Where an archived object stands. */
export type RestoreState = 'not-archived' | 'frozen' | 'restoring' | 'restored';

export function restoreState(object: ObjectInfo, now: Date): RestoreState {
  if (RESTORE_MS[object.storageClass] === undefined) return 'not-archived';
  if (object.restore === undefined || now >= object.restore.expiresAt) return 'frozen';
  return now < object.restore.readyAt ? 'restoring' : 'restored';
}

/** @throws Failure 403 InvalidObjectState for an archived object that is not restored */
export function assertReadable(object: ObjectInfo, now: Date): void {
  const state = restoreState(object, now);
  if (state === 'not-archived' || state === 'restored') return;
  throw new Failure({
    status: 403,
    code: 'InvalidObjectState',
    message: "The operation is not valid for the object's state",
    ec: '0016-00000404',
    details: { ObjectName: object.key },
  });
}

/** `x-oss-restore`, absent while an object is frozen or was never archived. */
export function restoreHeader(object: ObjectInfo, now: Date): Record<string, string> {
  const info = restoreInfo(object, now);
  return info === undefined ? {} : { 'x-oss-restore': info };
}

/** How far a restore is, as headers and listings say it; `undefined` while an object is frozen or was never archived. */
export function restoreInfo(object: ObjectInfo, now: Date): string | undefined {
  const state = restoreState(object, now);
  if (state === 'restoring') return 'ongoing-request="true"';
  if (state !== 'restored' || object.restore === undefined) return undefined;
  return `ongoing-request="false", expiry-date="${object.restore.expiresAt.toUTCString()}"`;
}
