import { Failure } from '../failure.ts';

/** 404 NoSuchBucket. */
export function noSuchBucket(name: string): Failure {
  return new Failure({
    status: 404,
    code: 'NoSuchBucket',
    message: 'The specified bucket does not exist.',
    ec: '0015-00000101',
    details: { BucketName: name },
  });
}
