import { fileURLToPath } from 'node:url';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { findProgram } from '@ossgrant/test-kit/find-program';
import { runProgram } from '@ossgrant/test-kit/run-program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientTable } from '../local-oss/compatibility-table.ts';

const session = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
// Debian's: the first on the PATH may be others, without these libraries.
const [PYTHON, RUBY] = ['/usr/bin/python3', '/usr/bin/ruby'];

interface Library {
  readonly mark: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly signature: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly environment: (oss: LocalOss) => Readonly<Record<string, string>>;
  /** Results of its session. */
  readonly expected: Readonly<Record<string, unknown>>;
  /** The page's note on a step that fails. */
  readonly refused?: Readonly<Record<string, string>>;
}

const LIBRARIES: readonly Library[] = [
  {
    mark: 'libcloud',
    name: 'Apache Libcloud',
    version: findProgram({
      command: PYTHON,
      args: ['-c', 'import libcloud; print(libcloud.__version__)'],
      packages: 'python3-libcloud',
    }),
    signature: 'V1 URL',
    command: [PYTHON, session('libcloud-session.py')],
    environment: ({ endpoint }) => ({ PORT: new URL(endpoint).port }),
    expected: {
      'list buckets': ['client-bucket'],
      'list objects': ['a', 'dir/b', 'old'],
      'list a folder': ['dir/b'],
      head: 11,
      download: 'hello world',
      delete: true,
      upload: expect.stringContaining('SecondLevelDomainForbidden'),
    },
    refused: { upload: '403: Libcloud uploads to the host of the service' },
  },
  {
    mark: 'fog',
    name: 'fog-aliyun',
    version: findProgram({
      command: RUBY,
      args: ['-W0', '-e', 'require "fog/aliyun/version"; puts Fog::Aliyun::VERSION'],
      packages: 'ruby-fog-aliyun',
    }),
    signature: 'V1 header',
    command: [RUBY, '-W0', session('fog-session.rb')],
    environment: ({ endpoint }) => ({ http_proxy: endpoint }),
    expected: {
      'list buckets': ['client-bucket'],
      'create bucket': 200,
      'delete bucket': 204,
      write: 200,
      read: 'hello world',
      head: '11',
      list: ['dir/b', 'dir/fog.txt'],
      copy: 200,
      delete: 204,
    },
  },
];

describe.each(LIBRARIES)('$name', (library) => {
  const { mark, name, version, signature, expected, refused = {} } = library;

  it.skipIf(version === undefined)('works as docs/compatibility.md says', async () => {
    const [program, ...args] = library.command;
    const environment = {
      LC_ALL: 'C.UTF-8',
      KEY_ID: oss.owner.accessKeyId,
      SECRET: oss.owner.accessKeySecret,
      ...library.environment(oss),
    };
    const results = JSON.parse(await runProgram(program, args, environment)) as Readonly<Record<string, unknown>>;
    expect(results).toEqual(expected);
    const table = clientTable({ mark, name, version: version ?? '', origin: 'Debian' });
    for (const step of Object.keys(expected)) table.note(step, signature, refused[step]);
    const { page, run } = await table.compare();
    expect(page).toBe(run);
  });

  let oss: LocalOss;
  beforeAll(async () => {
    oss = await startLocalOss();
    for (const key of ['dir/b', 'old']) await oss.put('client-bucket', key, 'x');
    await oss.put('client-bucket', 'a', 'hello world');
  });
  afterAll(() => oss.close());
});
