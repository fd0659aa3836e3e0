import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

const RETRY_MS = 3000;
let onMissing: () => void = () => {};

/** Calls back when a part of the page cannot be fetched: the server may be away. */
export function whenPartIsMissing(listener: () => void): void {
  onMissing = listener;
}

/** A part of the page that is fetched when it is first shown, and asked for again as long as the server is away. */
export function later<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  const fetched = async (): Promise<{ default: ComponentType<Props> }> => {
    for (;;) {
      try {
        return { default: await load() };
      } catch {
        onMissing();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };
  return lazy(fetched);
}
