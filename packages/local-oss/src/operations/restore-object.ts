import { Failure, invalidArgument } from '../failure.ts';
import { readCheckedBody } from '../http/read-body.ts';
import { childText, parseXml } from '../http/xml-reader.ts';
import type { Reply } from '../http/reply.ts';
import { RESTORE_MS, restoreState } from './archive.ts';
import { requireObject, versionHeader, versionIn } from './object-version.ts';
import type { ObjectInput } from './operation.ts';

const DAY_MS = 86_400_000;
const MAX_BODY_BYTES = 8192;

/** RestoreObject: 202 when it begins, 200 when there is a copy already, 409 while it is being made. */
export async function restoreObject(input: ObjectInput): Promise<Reply> {
  const { bucket, key, context } = input;
  const md5 = input.request.headers.get('content-md5');
  const days = daysOf((await readCheckedBody(input.message, MAX_BODY_BYTES, md5)).toString());
  const object = requireObject(input);
  const now = context.clock.now();
  const state = restoreState(object, now);
  if (state === 'not-archived') {
    throw new Failure({ status: 400, code: 'OperationNotSupported', message: 'The operation is not supported.' });
  }
  if (state === 'restoring') {
    throw new Failure({
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
  const days = Number(childText(parseXml(body), 'Days') ?? 1);
  if (!Number.isInteger(days) || days < 1 || days > 365) throw invalidArgument('Days must be from 1 to 365.');
  return days;
}
