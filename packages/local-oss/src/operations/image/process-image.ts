import { Readable } from 'node:stream';
import type { OssResponse } from '../../http/oss-response.ts';
import type { ImageLibrary, LibraryImage } from '../../image-library.ts';
import { parameter } from '../../http/raw-request.ts';
import { invalidArgument, notImplemented, Refusal } from '../../http/refusal.ts';
import type { StoredObject } from '../../store/object-store.ts';
import { assertReadable } from '../object/archive.ts';
import { assertPreconditions, resolveSymlink, versionHeader } from '../object/find-object.ts';
import { forcedDownload, responseOverrides } from '../object/get-object.ts';
import type { ObjectInput } from '../operation.ts';
import { formatName, parseProcess, type ImageAction, type ImageType } from './image-actions.ts';
import { boxOf, scalingOf } from './image-geometry.ts';

// The cloud's limit for a source.
const MAX_BYTES = 20 * 1024 * 1024;

/** GetObject with `x-oss-process=image/...`: the result has no checksum and no range, as the stored bytes have. */
export async function processImage(input: ObjectInput): Promise<OssResponse> {
  const { request, context, bucket, address } = input;
  const actions = parseProcess(parameter(request, 'x-oss-process') ?? '');
  const overrides = responseOverrides(input);
  const object = resolveSymlink(input);
  assertReadable(object, context.clock.now());
  if (context.images === undefined) throw notImplemented('x-oss-process: start it with the option images');
  if (assertPreconditions(request.headers, object)) return { status: 304 };
  const { Jimp } = await context.images();
  const image = await readImage(Jimp, object);
  const common = { 'Last-Modified': object.lastModified.toUTCString(), ...versionHeader(bucket, object) };
  if (actions.some(({ name }) => name === 'info')) {
    const headers = { ...common, 'Content-Type': 'application/json', ...overrides };
    return { status: 200, headers, body: describe(image, object) };
  }
  const edited = edit(Jimp, image, actions);
  const type = typeOf(actions, image);
  const quality = actions.findLast((action) => action.name === 'quality')?.quality;
  const bytes = Buffer.from(await edited.getBuffer(type, quality === undefined ? {} : { quality }));
  const merged = { ...common, 'Content-Type': type, 'Content-Length': String(bytes.length), ...overrides };
  return {
    status: 200,
    headers: { ...merged, ...forcedDownload(merged, address.cname) },
    body: Readable.from([bytes]),
  };
}

async function readImage(library: ImageLibrary['Jimp'], object: StoredObject): Promise<LibraryImage> {
  if (object.size > MAX_BYTES) {
    throw new Refusal({ status: 400, code: 'ImageTooLarge', message: 'The image is larger than 20 MB.' });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of object.size === 0 ? [] : object.read(0, object.size - 1)) chunks.push(chunk as Buffer);
  return library.read(Buffer.concat(chunks)).catch(() => {
    throw invalidArgument('The object is not an image that can be read.');
  });
}

function describe(image: LibraryImage, object: StoredObject): string {
  const facts = {
    FileSize: object.size,
    Format: formatName(image.mime ?? ''),
    ImageHeight: image.height,
    ImageWidth: image.width,
  };
  return JSON.stringify(
    Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, { value: String(value) }])),
  );
}

function edit(library: ImageLibrary['Jimp'], image: LibraryImage, actions: readonly ImageAction[]): LibraryImage {
  let edited = image;
  for (const action of actions) {
    const size = { w: edited.width, h: edited.height };
    if (action.name === 'crop') edited.crop(boxOf(action, size));
    if (action.name === 'rotate') edited.rotate((360 - action.degrees) % 360);
    if (action.name !== 'resize') continue;
    const scaling = scalingOf(action, size);
    if (scaling === undefined) continue;
    edited.resize(scaling.scaled);
    if (scaling.cut !== undefined) edited.crop(scaling.cut);
    if (scaling.canvas !== undefined) {
      const { x, y, w, h } = scaling.canvas;
      const canvas = new library({ width: w, height: h, color: action.color });
      canvas.composite(edited, x, y);
      edited = canvas;
    }
  }
  return edited;
}

function typeOf(actions: readonly ImageAction[], image: LibraryImage): ImageType {
  const wanted = actions.findLast((action) => action.name === 'format')?.type;
  return wanted ?? ((image.mime ?? 'image/png') as ImageType);
}
