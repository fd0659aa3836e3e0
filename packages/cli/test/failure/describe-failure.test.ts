import { describe, expect, it } from 'vitest';
import { CliError, EXIT } from '../../src/failure/cli-error.ts';
import { messageOf } from '../../src/failure/describe-failure.ts';

describe('messageOf', () => {
  it.each([
    ['the link is too long: set ifShorter to "clamp"', 'the link is too long: set --if-shorter clamp'],
    ['use addressing "path"', 'use --addressing path'],
    ["grant them all with versionId: 'any'", 'grant them all with --version-id any'],
    ['expiresIn and stableWindow must be seconds', '--expires and --stable must be seconds'],
    ['bandwidthLimit must be above 0', '--limit-rate must be above 0'],
    ['give region "cn-beijing" and network "internal"', 'give region "cn-beijing" and --network internal'],
    ['the addressing of a network in a region', 'the addressing of a network in a region'],
  ])('names options of the command line: %j', (message, expected) => {
    expect(messageOf(new RangeError(message))).toBe(expected);
  });

  it("leaves the command line's own messages alone", () => {
    expect(messageOf(new CliError(EXIT.usage, 'ifShorter'))).toBe('ifShorter');
  });
});
