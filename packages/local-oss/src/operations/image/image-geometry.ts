import { EC } from '../../http/ec.ts';
import { invalidArgument } from '../../http/refusal.ts';
import type { Crop, Resize } from './image-actions.ts';

/** Width and height in pixels. */
export interface Size {
  readonly w: number;
  readonly h: number;
}

/** A part of an image. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** What `resize` does: the image is scaled, then cut to a box of itself or put on a canvas. */
export interface Scaling {
  readonly scaled: Size;
  readonly cut?: Box;
  readonly canvas?: Box;
}

// https://help.aliyun.com/en/oss/user-guide/0040-00000007
const MAX_PIXELS = 4096 * 4096;

/**
 * Resolves `resize` for an image.
 *
 * @returns `undefined` when the image stays as it is, because it would be enlarged
 * @throws Refusal 400 InvalidArgument for a result that is too large
 */
export function scalingOf(wanted: Resize, size: Size): Scaling | undefined {
  const target = targetOf(wanted, size);
  const fit = wanted.mode === 'lfit' || wanted.mode === 'pad' ? Math.min : Math.max;
  const ratio = fit(target.w / size.w, target.h / size.h);
  const isLarger = wanted.mode === 'fixed' ? target.w > size.w || target.h > size.h : ratio > 1;
  if (isLarger && !wanted.enlarges) return undefined;
  const scaled = wanted.mode === 'fixed' ? target : whole({ w: size.w * ratio, h: size.h * ratio });
  const largest = wanted.mode === 'pad' ? target : scaled;
  if (largest.w * largest.h > MAX_PIXELS) {
    throw invalidArgument('The image would have more than 4096 x 4096 pixels.', EC.imageLarge);
  }
  if (wanted.mode === 'fill') return { scaled, cut: { ...centred(scaled, target), ...target } };
  if (wanted.mode === 'pad') return { scaled, canvas: { ...centred(target, scaled), ...target } };
  return { scaled };
}

// What is not given follows from the proportions.
function targetOf({ w, h, l, s, percent }: Resize, size: Size): Size {
  const isWide = size.w >= size.h;
  const [width, height] = [w ?? (isWide ? l : s), h ?? (isWide ? s : l)];
  if (width !== undefined && height !== undefined) return { w: width, h: height };
  if (width !== undefined) return whole({ w: width, h: (size.h * width) / size.w });
  if (height !== undefined) return whole({ w: (size.w * height) / size.h, h: height });
  const ratio = (percent ?? 100) / 100;
  return whole({ w: size.w * ratio, h: size.h * ratio });
}

function whole({ w, h }: Size): Size {
  return { w: Math.max(1, Math.round(w)), h: Math.max(1, Math.round(h)) };
}

function centred(outer: Size, inner: Size): { readonly x: number; readonly y: number } {
  return { x: Math.floor((outer.w - inner.w) / 2), y: Math.floor((outer.h - inner.h) / 2) };
}

// The part of the free width and height that lies before the box.
const ORIGINS: Readonly<Record<Crop['gravity'], readonly [column: number, row: number]>> = {
  nw: [0, 0],
  north: [0.5, 0],
  ne: [1, 0],
  west: [0, 0.5],
  center: [0.5, 0.5],
  east: [1, 0.5],
  sw: [0, 1],
  south: [0.5, 1],
  se: [1, 1],
};

/**
 * Resolves `crop` for an image: what reaches beyond the border is cut off.
 *
 * @throws Refusal 400 InvalidArgument for a box that begins outside the image
 */
export function boxOf(wanted: Crop, size: Size): Box {
  const w = Math.min(wanted.w ?? size.w, size.w);
  const h = Math.min(wanted.h ?? size.h, size.h);
  const [column, row] = ORIGINS[wanted.gravity];
  const x = Math.floor((size.w - w) * column) + wanted.x;
  const y = Math.floor((size.h - h) * row) + wanted.y;
  if (x >= size.w || y >= size.h) throw invalidArgument('The crop begins outside the image.');
  return { x, y, w: Math.min(w, size.w - x), h: Math.min(h, size.h - y) };
}
