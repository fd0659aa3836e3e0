import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCli } from '../../run-cli.ts';

interface Vector {
  readonly name: string;
  readonly scheme: string;
  readonly expectVerifyFail?: boolean;
  readonly input: {
    readonly ak: string;
    readonly sk: string;
    readonly token: string | null;
    readonly method: string;
    readonly bucket: string;
    readonly key: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, string | number | null>>;
    readonly region?: string;
    readonly product?: string;
    readonly now?: number;
    readonly expires: number;
    readonly additionalHeaders?: readonly string[];
  };
  readonly expected: { readonly signature: string };
}

// Signatures that other people's signers made.
const folder = new URL('../../../../signer-core/test/vectors/', import.meta.url);
const vectors = readdirSync(folder)
  // One run is one process: the many vectors of ali-oss are run in the signer's own tests.
  .filter((file) => file.endsWith('.json') && file !== 'sts.json' && file !== 'ali-oss-oracle.json')
  .flatMap((file) =>
    (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Vector[])
      .filter(({ scheme, expectVerifyFail }) => /^v[14]-url$/.test(scheme) && expectVerifyFail !== true)
      .map((vector) => ({ id: `${file}: ${vector.name}`, ...vector })),
  )
  // The command signs every header that it is given, and says the host itself.
  .filter(({ input }) => !(input.additionalHeaders ?? []).includes('host'))
  // Cloud boxes have endpoints of their own, which these vectors do not tell.
  .filter(({ input }) => (input.product ?? 'oss') === 'oss')
  // The SDKs share some: once is enough.
  .filter(({ input }, index, all) => all.findIndex((other) => sameText(other.input, input)) === index);

function isSigned(name: string, additional: readonly string[] = []): boolean {
  return /^(content-type|content-md5|x-oss-.*)$/i.test(name) || additional.includes(name);
}

function sameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

test('there are vectors of both versions', () => {
  expect(vectors.filter(({ scheme }) => scheme === 'v4-url').length).toBeGreaterThanOrEqual(5);
  expect(vectors.filter(({ scheme }) => scheme === 'v1-url').length).toBeGreaterThanOrEqual(5);
});

test.each(vectors)('--at gives the signature of $id', async ({ scheme, input, expected }) => {
  const version = scheme.slice(0, 2);
  const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const times =
    version === 'v4'
      ? ['--at', instant(input.now ?? Number.NaN), '--expires', String(input.expires)]
      : ['--at', instant(input.expires - 60), '--expires', instant(input.expires)];
  const { code, stdout, stderr } = await runCli(
    [
      'sign',
      `oss://${input.bucket}/${input.key}`,
      '--sign-version',
      version,
      '--region',
      input.region ?? 'cn-hangzhou',
      '--method',
      input.method,
      ...times,
      ...Object.entries(input.query).map(([name, value]) => `--param=${name}${value === null ? '' : `=${value}`}`),
      ...Object.entries(input.headers)
        .filter(([name]) => isSigned(name, input.additionalHeaders))
        .map(([name, value]) => `--header=${name}=${value}`),
    ],
    {
      env: {
        OSS_ACCESS_KEY_ID: input.ak,
        OSS_ACCESS_KEY_SECRET: input.sk,
        ...(input.token === null ? {} : { OSS_SESSION_TOKEN: input.token }),
      },
      showsSecrets: true,
    },
  );
  expect(stderr).toContain('the link ends at');
  expect(code).toBe(0);
  const query = new URL(stdout.trim()).searchParams;
  expect(query.get('x-oss-signature') ?? query.get('Signature')).toBe(expected.signature);
});
