import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { startLocalOss, type ImageLibrary, type LocalOss } from '@ossgrant/local-oss';
import { runProgram } from '@ossgrant/test-kit/run-program';
import { afterAll, beforeAll, expect, it } from 'vitest';

// Its types need those of pngjs, which it does not bring.
const { Jimp } = createRequire(import.meta.url)('jimp') as ImageLibrary;

let oss: LocalOss;
let source: Uint8Array;
beforeAll(async () => {
  oss = await startLocalOss({ images: async () => ({ Jimp }) });
  // Red, with a blue quarter in the upper left.
  const image = new Jimp({ width: 40, height: 20, color: 0xff_00_00_ff });
  image.composite(new Jimp({ width: 20, height: 10, color: 0x00_00_ff_ff }), 0, 0);
  source = await image.getBuffer('image/png');
  await oss.put('a-bucket', 'a.png', source, { headers: { 'content-type': 'image/png' } });
  await oss.put('a-bucket', 'text.png', 'hello');
  oss.configureBucket('a-bucket', { acl: 'public-read' });
});
afterAll(() => oss.close());

const get = (process: string, key = 'a.png'): Promise<Response> =>
  fetch(`${oss.endpoint}/a-bucket/${key}?x-oss-process=${encodeURIComponent(process)}`);

/** Type, size and colours of the upper left and lower right corner. */
async function result(process: string): Promise<readonly unknown[]> {
  const response = await get(process);
  expect(response.status).toBe(200);
  const image = (await Jimp.read(Buffer.from(await response.arrayBuffer()))) as InstanceType<ImageLibrary['Jimp']> & {
    getPixelColor(x: number, y: number): number;
  };
  const corners = [image.getPixelColor(0, 0), image.getPixelColor(image.width - 1, image.height - 1)];
  return [response.headers.get('content-type'), image.width, image.height, ...corners];
}

const [RED, BLUE, WHITE] = [0xff_00_00_ff, 0x00_00_ff_ff, 0xff_ff_ff_ff];

it.each([
  ['image/resize,w_20', ['image/png', 20, 10, BLUE, RED]],
  ['image/resize,m_fill,w_10,h_10', ['image/png', 10, 10, BLUE, RED]],
  ['image/resize,m_pad,w_20,h_20', ['image/png', 20, 20, WHITE, WHITE]],
  ['image/resize,w_80', ['image/png', 40, 20, BLUE, RED]],
  ['image/crop,x_20,w_20,h_20', ['image/png', 20, 20, RED, RED]],
  ['image/rotate,180', ['image/png', 40, 20, RED, BLUE]],
  ['image/rotate,90/crop,w_5,h_5,g_ne', ['image/png', 5, 5, BLUE, BLUE]],
  ['image/format,bmp', ['image/bmp', 40, 20, BLUE, RED]],
])('an image becomes what %s says', async (process, wanted) => {
  expect(await result(process)).toEqual(wanted);
});

it('a lower quality makes a smaller JPEG, and neither has the checksums of what is stored', async () => {
  const read = async (quality: number) => {
    const response = await get(`image/format,jpg/quality,q_${quality}`);
    expect([...response.headers.keys()]).not.toEqual(expect.arrayContaining(['etag', 'x-oss-hash-crc64ecma']));
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    return (await response.arrayBuffer()).byteLength;
  };
  expect(await read(10)).toBeLessThan(await read(95));
});

it('info describes an image, and what is none is refused', async () => {
  expect(await (await get('image/info')).json()).toEqual({
    FileSize: { value: String(source.byteLength) },
    Format: { value: 'png' },
    ImageHeight: { value: '20' },
    ImageWidth: { value: '40' },
  });
  expect((await get('image/info', 'text.png')).status).toBe(400);
});

it('the example of the README runs as it stands', async () => {
  const readme = await readFile(new URL('../../../packages/local-oss/README.md', import.meta.url), 'utf8');
  const example = /^```js\n(.*?)^```$/ms.exec(readme)?.[1] ?? '';
  // The folder whose packages it imports.
  const folder = `${import.meta.dirname}/..`;
  const printed = await runProgram(process.execPath, ['--input-type=module', '--eval', example], {}, folder);
  expect(printed).toBe('200 image/jpeg\n');
});
