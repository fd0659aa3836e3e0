import { type RefObject, useEffect, useMemo, useState } from 'react';
import type { RowCollection } from './row-collection.ts';

/** Of each row, as the styles have it. */
export const ROW_HEIGHT = 52;
/** Rows that are made before they come into view. */
const AHEAD = 4;

/** The rows in view: indexes of the first, and of the one after the last. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** Follows what is in view of a scrolled list. */
export function useRowWindow(list: RefObject<HTMLElement | null>, count: number): RowWindow {
  const [view, setView] = useState({ first: 0, end: 0 });
  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const update = (): void => {
      const first = Math.max(0, Math.floor(element.scrollTop / ROW_HEIGHT) - AHEAD);
      const end = Math.ceil((element.scrollTop + element.clientHeight) / ROW_HEIGHT) + AHEAD;
      setView((before) => (before.first === first && before.end === end ? before : { first, end }));
    };
    update();
    element.addEventListener('scroll', update, { passive: true });
    const watch = new ResizeObserver(update);
    watch.observe(element);
    return () => {
      element.removeEventListener('scroll', update);
      watch.disconnect();
    };
  }, [list]);
  return { first: Math.min(view.first, count), end: Math.min(view.end, count) };
}

/** Where rows are, in view or not; keys such as Page Down ask for it. */
export interface RowLayout {
  getItemRect(key: string | number): Box | null;
  getVisibleRect(): Box;
  getContentSize(): Pick<Box, 'width' | 'height'>;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function useRowLayout(list: RefObject<HTMLElement | null>, collection: RowCollection): RowLayout {
  return useMemo(() => {
    const width = (): number => list.current?.clientWidth ?? 0;
    return {
      getItemRect(key) {
        const index = collection.indexOf(key);
        return index === undefined ? null : { x: 0, y: index * ROW_HEIGHT, width: width(), height: ROW_HEIGHT };
      },
      getVisibleRect() {
        const { scrollTop = 0, clientHeight = 0 } = list.current ?? {};
        return { x: 0, y: scrollTop, width: width(), height: clientHeight };
      },
      getContentSize: () => ({ width: width(), height: collection.size * ROW_HEIGHT }),
    };
  }, [list, collection]);
}
