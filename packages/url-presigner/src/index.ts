export type {
  BatchResult,
  Duration,
  Lifetime,
  PresignCallOptions,
  PresignedUrl,
  Presigner,
  PresignerOptions,
  PresignFields,
  PresignRequest,
  PresignWarning,
  ResponseOverrides,
} from './presigner.ts';
export { createPresigner } from './create-presigner.ts';
export { durationSeconds } from './link-life.ts';
export { PresignError } from './presign-error.ts';
export type { PresignErrorCode } from './presign-error.ts';
