import { defined } from '@ossgrant/credentials-core/internal';
import { proxiedFetch } from '../../connection/proxy.ts';
import { usageError } from '../../failure/cli-error.ts';
import { readText } from '../../input/read-text.ts';
import { safeJson } from '../../output/format.ts';
import { defineVerb, type Verb } from '../../verb.ts';
import { diagnosisLines, diagnose, type Diagnosis } from './diagnosis.ts';
import { findError } from './read-error.ts';
import { DOCTOR_OPTIONS, type DoctorContext, probe, readRequest, type SentRequest, signerOf } from './request.ts';

/** `ossgrant doctor`: explains why a link or request is refused, and how to fix it. */
export const doctor: Verb<typeof DOCTOR_OPTIONS> = defineVerb({
  name: 'doctor',
  summary: 'Explain why a link or request is refused, and how to fix it',
  examples: [
    { description: 'ask the server and explain its refusal', command: "ossgrant doctor 'https://...' --probe" },
    {
      description: 'offline: a link, and the error that somebody got',
      command: 'ossgrant doctor - --error error.xml < link.txt',
    },
    {
      description: 'a request as curl -v showed it',
      command: 'ossgrant doctor --request request.txt --error error.xml',
    },
  ],
  positional: { name: 'URL|-', min: 0, max: 1 },
  options: DOCTOR_OPTIONS,
  async run(context) {
    const diagnosis = await examine(context);
    if (context.options.json) await context.stdout.line(safeJson(diagnosis, 2));
    else for (const line of diagnosisLines(diagnosis)) await context.stdout.line(line);
    return diagnosis.exitCode;
  },
});

async function examine(context: DoctorContext): Promise<Diagnosis> {
  const { options, env, signal } = context;
  const request = await requestOf(context);
  const given = options.error === undefined ? undefined : findError(await readText(options.error, context));
  if (request === undefined) {
    if (given === undefined) throw usageError('give a URL, --request or --error', 'see: ossgrant doctor --help');
    if (options.probe) throw usageError('--probe needs a URL or --request');
    return diagnose({ error: given });
  }
  const response = options.probe ? await probe(request, { fetch: await proxiedFetch(env), signal }) : undefined;
  const error = response === undefined ? given : response.error;
  const credentials = await signerOf(request, { env, signal, profile: options.profile });
  const { explain } = await import('@ossgrant/url-presigner/explain');
  const explanation = explain({ ...request, ...defined({ error, credentials, bucket: options.bucket }) });
  return diagnose({ explanation, ...defined({ error, probed: response?.status }) });
}

async function requestOf(context: DoctorContext): Promise<SentRequest | undefined> {
  const { args, options } = context;
  const [given] = args;
  if (options.request === undefined) {
    if (given === undefined) return undefined;
    const url = given === '-' ? (await readText('-', context)).trim() : given;
    return { method: (options.method ?? 'GET').toUpperCase(), url, headers: {} };
  }
  if (given !== undefined) throw usageError('a URL and --request exclude each other');
  if (options.method !== undefined) throw usageError('--method and --request exclude each other');
  return readRequest(await readText(options.request, context));
}
