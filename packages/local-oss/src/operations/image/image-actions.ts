import { EC } from '../../http/ec.ts';
import { wholeNumber } from '../../http/raw-request.ts';
import { invalidArgument, notImplemented, type Refusal } from '../../http/refusal.ts';

/** Formats that can be written, by their name in `format`. */
const FORMATS = {
  jpg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
  gif: 'image/gif',
  tiff: 'image/tiff',
} as const;

/** Media type of an image that can be written. */
export type ImageType = (typeof FORMATS)[keyof typeof FORMATS];

const MODES = ['lfit', 'mfit', 'fill', 'pad', 'fixed'] as const;
const GRAVITIES = ['nw', 'north', 'ne', 'west', 'center', 'east', 'sw', 'south', 'se'] as const;

/** `resize`, with what is absent left to the image's proportions. */
export interface Resize {
  readonly name: 'resize';
  readonly mode: (typeof MODES)[number];
  readonly w: number | undefined;
  readonly h: number | undefined;
  readonly l: number | undefined;
  readonly s: number | undefined;
  readonly percent: number | undefined;
  /** Whether an image may be enlarged. */
  readonly enlarges: boolean;
  /** RGBA of what `pad` adds. */
  readonly color: number;
}

/** `crop`: a box whose place is relative to one of nine points. */
export interface Crop {
  readonly name: 'crop';
  readonly x: number;
  readonly y: number;
  readonly w: number | undefined;
  readonly h: number | undefined;
  readonly gravity: (typeof GRAVITIES)[number];
}

/** One action of `x-oss-process=image/...`. */
export type ImageAction =
  | Resize
  | Crop
  | { readonly name: 'rotate'; readonly degrees: number }
  | { readonly name: 'format'; readonly type: ImageType }
  | { readonly name: 'quality'; readonly quality: number }
  | { readonly name: 'info' };

const SIDES = {
  w: EC.imageWidth,
  h: undefined,
  l: undefined,
  s: EC.imageShortSide,
} as const;
const MAX_SIDE = 16_384;

/**
 * Reads the value of `x-oss-process`, such as `image/resize,w_100/format,png`.
 *
 * @throws Refusal 400 InvalidArgument, 501 for actions and processes that are not here
 */
export function parseProcess(text: string): readonly ImageAction[] {
  const [kind, ...actions] = text.split('/');
  if (kind !== 'image' || actions.length === 0) throw notImplemented(`x-oss-process=${text.slice(0, 80)}`);
  return actions.flatMap((action) => parseAction(action) ?? []);
}

function parseAction(text: string): ImageAction | undefined {
  const [name = '', ...parameters] = text.split(',');
  const values = new Map(parameters.map((item) => splitAt(item, item.indexOf('_'))));
  const [first = ''] = parameters;
  switch (name) {
    case 'resize':
      return resize(values);
    case 'crop':
      return crop(values);
    case 'rotate':
      return { name, degrees: within(first, 0, 360, name) };
    case 'format':
      return { name, type: typeOf(first) };
    case 'quality':
      return { name, quality: within(values.get('q') ?? values.get('Q') ?? '', 1, 100, name) };
    // The library turns images upright when it reads them.
    case 'auto-orient':
      return undefined;
    case 'info':
      return { name };
    default:
      throw notImplemented(`the image action ${name.slice(0, 40)}`);
  }
}

function splitAt(text: string, at: number): readonly [name: string, value: string] {
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function resize(values: ReadonlyMap<string, string>): Resize {
  const side = (name: keyof typeof SIDES): number | undefined => {
    const text = values.get(name);
    if (text === undefined) return undefined;
    return within(text, 1, MAX_SIDE, `resize,${name}`, SIDES[name]);
  };
  if (values.get('w') === '0' && values.get('h') === '0') throw invalid('resize', EC.imageSidesZero);
  const percent = values.get('p');
  const sides = { w: side('w'), h: side('h'), l: side('l'), s: side('s') };
  if (percent === undefined && Object.values(sides).every((value) => value === undefined)) {
    throw invalid('resize', EC.imageSideMissing);
  }
  const mode = MODES.find((known) => known === (values.get('m') ?? 'lfit'));
  if (mode === undefined) throw invalid('resize,m');
  const color = values.get('color') ?? 'FFFFFF';
  if (!/^[0-9a-f]{6}$/i.test(color)) throw invalid('resize,color');
  return {
    name: 'resize',
    mode,
    ...sides,
    percent: percent === undefined ? undefined : within(percent, 1, 1000, 'resize,p', EC.imagePercent),
    enlarges: values.get('limit') === '0',
    color: Number.parseInt(`${color}FF`, 16),
  };
}

function crop(values: ReadonlyMap<string, string>): Crop {
  const number = (name: string): number | undefined => {
    const text = values.get(name);
    return text === undefined ? undefined : within(text, 0, Number.MAX_SAFE_INTEGER, `crop,${name}`);
  };
  const gravity = GRAVITIES.find((known) => known === (values.get('g') ?? 'nw'));
  if (gravity === undefined) throw invalid('crop,g');
  return {
    name: 'crop',
    x: number('x') ?? 0,
    y: number('y') ?? 0,
    w: number('w') || undefined,
    h: number('h') || undefined,
    gravity,
  };
}

function typeOf(name: string): ImageType {
  if (Object.hasOwn(FORMATS, name)) return FORMATS[name as keyof typeof FORMATS];
  if (['webp', 'heic', 'avif'].includes(name)) throw notImplemented(`images of format ${name}`);
  throw invalid('format');
}

/** Name of a format by its media type; as `info` writes it. */
export function formatName(type: string): string {
  return Object.entries(FORMATS).find(([, known]) => known === type)?.[0] ?? type.replace('image/', '');
}

function within(text: string, min: number, max: number, what: string, ec?: string): number {
  const number = wholeNumber(text) ?? -1;
  if (number >= min && number <= max) return number;
  throw invalid(what, ec);
}

function invalid(what: string, ec?: string): Refusal {
  return invalidArgument(`The value of ${what} is not valid.`, ec);
}
