import type { LocalOssOptions } from './local-oss.ts';

export const USAGE = `Usage: local-oss [options]

Starts a local OSS and STS that verifies every signature, and prints the
environment to export.

  --host ADDRESS     address to listen on (default 127.0.0.1)
  --port NUMBER      port to listen on (default: a free one)
  --https            listen with TLS too, on a free port
  --directory DIR    keep buckets and objects there (default: in memory)
  --seed DIR         fill from a folder: each folder in it is a bucket
  --refuse-v1        refuse V1 signatures, as the cloud does for new buckets
  --verbose          print each request, and why it was refused
`;

/** The command line's values. */
export interface CommandLine {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly https?: boolean | undefined;
  readonly directory?: string | undefined;
  readonly seed?: string | undefined;
  readonly 'refuse-v1'?: boolean | undefined;
}

/** @throws RangeError for a port that is none */
export function toLocalOssOptions(values: CommandLine): LocalOssOptions {
  const { host, directory, seed } = values;
  const port = values.port === undefined ? 0 : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError('--port must be from 0 to 65535');
  return {
    port,
    https: values.https === true,
    v1: values['refuse-v1'] === true ? 'refuse' : 'accept',
    ...(host === undefined ? {} : { host }),
    ...(directory === undefined ? {} : { directory }),
    ...(seed === undefined ? {} : { seed }),
  };
}
