import { renderUnicodeCompact } from 'uqr';
import { CliError, EXIT } from '../../../failure/cli-error.ts';
import type { LinkFormat } from './format.ts';

// Capacity of the largest code at the lowest level of error correction.
const MAX_BYTES = 2953;

/** QR codes for terminals. */
export function qr(): LinkFormat {
  return {
    link: ({ link }) => {
      if (link.url.length > MAX_BYTES) {
        throw new CliError(
          EXIT.failure,
          `the link has ${link.url.length} bytes, and a QR code holds at most ${MAX_BYTES}`,
        );
      }
      return `${renderUnicodeCompact(link.url, { ecc: 'L' })}\n`;
    },
  };
}
