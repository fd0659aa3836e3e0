import type { PresignerOptions } from './contracts.ts';

/** Tells once, when a presigner is made, that V1 is being retired. */
export function warnOfV1({ version, onWarning }: PresignerOptions): void {
  if (version !== 'v1') return;
  onWarning?.({
    code: 'V1_IS_RETIRING',
    message: 'V1 signatures are being retired: new buckets refuse them (EC 0002-00000080). Use V4',
  });
}
