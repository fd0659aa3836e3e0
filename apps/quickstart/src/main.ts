import { stat } from 'node:fs/promises';
import { findPlainClient } from './plain-client.ts';
import { runDemo } from './run-demo.ts';
import { forkShareServer } from './shares.ts';

const USAGE = `Usage: npm run demo [-- FILE]

Shows two ways to let somebody download a private object, on a local OSS with FILE
(default: the running Node executable). With OSS_REGION, OSS_BUCKET, OSS_KEY and
credentials in the environment, the demo reads that object of the real service
and writes nothing; the second way then also needs ALIBABA_CLOUD_ROLE_ARN.
`;

async function main(args: readonly string[]): Promise<number> {
  const [file = process.execPath, ...rest] = args;
  if (file === '--help' || file === '-h') {
    process.stdout.write(USAGE);
    return 0;
  }
  const isFile = await stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );
  if (rest.length > 0 || !isFile) {
    process.stderr.write(rest.length > 0 ? USAGE : `"${file}" does not exist or is not a file.\n\n${USAGE}`);
    return 2;
  }
  return runDemo({
    file,
    env: process.env,
    client: await findPlainClient(),
    startShareServer: forkShareServer,
    terminal: {
      write: (text) => void process.stdout.write(text),
      interactive: process.stdout.isTTY && !process.env['NO_COLOR'],
    },
  });
}

// Without top-level await, which would prevent loading this file with require().
void main(process.argv.slice(2))
  .catch((error: unknown) => {
    console.error(error);
    return 1;
  })
  .then((code) => (process.exitCode = code));
