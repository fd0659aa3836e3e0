import manifest from '../../package.json' with { type: 'json' };
import { EXIT, type ExitCode } from '../failure/cli-error.ts';
import { describeFailure } from '../failure/describe-failure.ts';
import type { ProcessContext } from '../verb.ts';
import { VERBS } from '../verbs.ts';
import { familyOf, findVerb } from './find-verb.ts';
import { commandHelp, verbHelp } from './help.ts';
import { parseOptions } from './parse-options.ts';

/** This package's version. */
export const VERSION: string = manifest.version;

/** Runs one command line and returns its exit code. Never throws. */
export async function runCommand(words: readonly string[], processContext: ProcessContext): Promise<ExitCode> {
  try {
    return await dispatch(words, processContext);
  } catch (error) {
    const { exitCode, lines } = describeFailure(error, {
      interrupted: processContext.signal.aborted,
      verbose: words.includes('--verbose'),
    });
    try {
      for (const line of lines) await processContext.stderr.line(line);
    } catch {
      // Nobody reads stderr any more; the exit code still reports the failure.
    }
    return exitCode;
  }
}

async function dispatch(words: readonly string[], processContext: ProcessContext): Promise<ExitCode> {
  const { stdout, stderr } = processContext;
  const [first, second] = words;
  if (first === undefined) {
    await stderr.write(commandHelp(VERBS));
    return EXIT.usage;
  }
  if (first === '--version') {
    await stdout.line(VERSION);
    return EXIT.ok;
  }
  if (isHelp(first)) {
    await stdout.write(commandHelp(VERBS));
    return EXIT.ok;
  }
  const family = familyOf(first, VERBS);
  if (family.length > 0 && isHelp(second)) {
    await stdout.write(commandHelp(family));
    return EXIT.ok;
  }
  const { verb: lazy, rest } = findVerb(words, VERBS);
  const verb = await lazy.load();
  const { args, options, wantsHelp } = parseOptions(verb, rest);
  if (wantsHelp) {
    await stdout.write(verbHelp(verb));
    return EXIT.ok;
  }
  return (await verb.run({ ...processContext, args, options, verbs: VERBS })) ?? EXIT.ok;
}

function isHelp(word: string | undefined): boolean {
  return word === '--help' || word === '-h' || word === 'help';
}
