import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type AnySchema, Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { freePort, startPostgres } from '../start-postgres.mjs';

// There is no Docker engine and no cluster here. So files are validated, and what the image would hold is made and run as a folder.
const ROOT = path.join(import.meta.dirname, '../../..');
const file = (name: string): string => readFileSync(path.join(ROOT, 'deploy', name), 'utf8');
const schema = (name: string): AnySchema => JSON.parse(file(`schemas/${name}`)) as AnySchema;

/** Instructions of the Dockerfile, by stage. */
function stages(): { from: string; lines: readonly (readonly [name: string, rest: string])[] }[] {
  const lines = file('Dockerfile')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
  return lines.flatMap(([name, from], index) => {
    if (name !== 'FROM') return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((line) => line[0] === 'FROM');
    return [{ from, lines: end === -1 ? rest : rest.slice(0, end) }];
  });
}

const [build, final] = stages();
const inFinal = (wanted: string): string => final?.lines.find(([name]) => name === wanted)?.[1] ?? '';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

const manifests = ['migrate.yaml', 'grant-server.yaml'].flatMap((name) =>
  parseAllDocuments(file(`kubernetes/${name}`)).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  }),
);
const manifest = (kind: string): Manifest => {
  const found = manifests.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
};
const compose = parse(file('compose.yaml'), { merge: true }) as {
  services: Record<string, { image: string; environment: Record<string, string>; command?: string[] }>;
};

describe('the compose file', () => {
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema('compose.json'));

  test('fits the Compose Specification', () => {
    expect(validate(compose) ? [] : validate.errors).toEqual([]);
  });

  test('would not with a misspelt field', () => {
    const { server } = compose.services;
    expect(validate({ ...compose, services: { server: { ...server, restrat: 'always' } } })).toBe(false);
  });
});

describe('the Kubernetes manifests', () => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema('kubernetes.json'));

  test.each(manifests.map((one) => [one.kind, one] as const))('%s fits its schema', (_, one) => {
    expect(validate(one) ? [] : validate.errors).toEqual([]);
  });

  test('a misspelt field, a wrong type and another kind would not', () => {
    const deployment = manifest('Deployment');
    const changed = (spec: object): object => ({ ...deployment, spec: { ...deployment.spec, ...spec } });
    expect(validate(changed({ replica: 3 }))).toBe(false);
    expect(validate(changed({ replicas: '3' }))).toBe(false);
    expect(validate({ ...deployment, kind: 'Deploymnet' })).toBe(false);
  });

  test('Deployment, Service and PodDisruptionBudget select the same pods, and one pod may be away', () => {
    const { replicas, selector } = manifest('Deployment').spec as {
      replicas: number;
      selector: { matchLabels: object };
    };
    expect(manifest('Service').spec?.['selector']).toEqual(selector.matchLabels);
    expect(manifest('PodDisruptionBudget').spec).toEqual({ minAvailable: replicas - 1, selector });
    expect(manifest('Deployment')).toHaveProperty('spec.template.metadata.labels', selector.matchLabels);
    // The Service must not send visitors to a migration.
    expect(manifest('Job')).not.toHaveProperty('spec.template.metadata.labels', selector.matchLabels);
  });
});

test('images are named by their full version, and nothing secret stands in a file', () => {
  const containers = manifests.flatMap(({ spec }) => JSON.stringify(spec ?? {}).match(/"image":"[^"]+"/g) ?? []);
  const composed = Object.values(compose.services).map(({ image }) => image);
  const images = [...stages().map(({ from }) => from), ...composed, ...containers.map((text) => text.slice(9, -1))];
  for (const image of images) expect(image).toMatch(/:\d+\.\d+(?:\.\d+)?\b/);
  for (const name of ['Dockerfile', 'compose.yaml', 'kubernetes/migrate.yaml', 'kubernetes/grant-server.yaml']) {
    expect(file(name)).not.toMatch(/(?:SECRET|PASSWORD|TOKEN_KEYS): [\w+/=]+$/m);
  }
  expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
});

test('every variable that they set is one of the server', () => {
  const readme = readFileSync(path.join(ROOT, 'apps/grant-server/README.md'), 'utf8');
  const { migrate, server } = compose.services;
  const set = { ...migrate?.environment, ...server?.environment, ...manifest('ConfigMap').data };
  const names = Object.keys(set).filter((name) => !name.startsWith('ALIBABA_CLOUD_ACCESS_KEY_'));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(readme).toContain(`\`${name}\``);
});

describe('what the image holds', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof startPostgres>>;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'grant-image-'));
    chmodSync(folder, 0o755);
    database = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  // The image's user is not root either; another one reads the folder here.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const entry = JSON.parse(inFinal('ENTRYPOINT')) as [string, string];
  const variables = (): Record<string, string> => ({
    PATH: path.dirname(process.execPath),
    ...Object.fromEntries(
      inFinal('ENV')
        .split(' ')
        .map((text) => text.split('=') as [string, string]),
    ),
  });

  test('is made by the command of the Dockerfile, runs the migration Job, and starts with the variables of the ConfigMap', async () => {
    const app = path.join(folder, 'app');
    const command = build?.lines.findLast(([name]) => name === 'RUN')?.[1].replace(/ \/app$/, ` ${app}`) ?? '';
    expect(command).toContain(' deploy ');
    execFileSync('sh', ['-c', `${command} --prefer-offline`], { cwd: ROOT, stdio: 'pipe' });
    expect(inFinal('USER')).toBe('node');
    const lockfile = readFileSync(path.join(ROOT, 'pnpm-lock.yaml'), 'utf8');
    const installed = readdirSync(path.join(app, 'node_modules/.pnpm')).flatMap((name) => {
      const [, scope = '', one = ''] = /^(?:(@[^+]+)\+)?([^+_]+@\d[^_(]*)/.exec(name) ?? [];
      return one === '' ? [] : [scope === '' ? one : `${scope}/${one}`];
    });
    expect(installed.length).toBeGreaterThan(20);
    expect(installed.filter((name) => !lockfile.includes(name))).toEqual([]);
    expect(inFinal('COPY')).toBe('--from=build /app /app');

    const job = JSON.stringify(manifest('Job'));
    const [, args = ''] = /"args":(\[.*?\])/.exec(job) ?? [];
    const [program, ...more] = entry;
    const migration = promisify(execFile)(program, [...more, ...(JSON.parse(args) as string[])], {
      cwd: app,
      ...user,
      // All that the Job sets.
      env: { ...variables(), DATABASE_URL: database.url },
    });
    expect((await migration).stdout).toBe('the tables are up to date\n');

    const port = String(await freePort());
    const env = {
      ...variables(),
      ...manifest('ConfigMap').data,
      // The image listens on every address; here nothing does.
      HOST: '127.0.0.1',
      PORT: port,
      DATABASE_URL: database.url,
      GRANT_TOKEN_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI5tExample',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'example-secret',
      LOG_LEVEL: 'warn',
    };
    const server = spawn(program, more, { cwd: app, ...user, env, stdio: 'inherit' });
    try {
      await expect
        .poll(
          () =>
            fetch(`http://127.0.0.1:${port}/readyz`).then(
              ({ status }) => status,
              () => 0,
            ),
          { timeout: 60_000 },
        )
        .toBe(200);
      const [node = '', ...check] = JSON.parse(inFinal('HEALTHCHECK').replace(/^.*? CMD /, '')) as string[];
      await promisify(execFile)(node, check, { env });
      await expect(promisify(execFile)(node, check, { env: { ...env, PORT: '1' } })).rejects.toMatchObject({ code: 1 });
      expect((await fetch(`http://127.0.0.1:${port}/console/`)).status).toBe(200);
    } finally {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    }
  }, 240_000);
});
