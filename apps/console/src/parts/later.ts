import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

const RETRY_MS = 3000;
let onMissing: () => void = () => {};

/** Calls back when a part of the page cannot be fetched: the server may be away. */
export function whenPartIsMissing(listener: () => void): void {
  onMissing = listener;
}

async function isServerBack(): Promise<boolean> {
  const ask = fetch('./', { method: 'HEAD', cache: 'no-store' });
  return ask.then(
    ({ ok }) => ok,
    () => false,
  );
}

/**
 * A part of the page that is fetched when it is first shown. Where that fails, the page starts again once the server is back, as
 * browsers do not ask twice for a module; after an upgrade of the server it gets the new parts. The address keeps the place.
 */
export function later<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  const fetched = async (): Promise<{ default: ComponentType<Props> }> => {
    for (;;) {
      try {
        return { default: await load() };
      } catch {
        onMissing();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        if (await isServerBack()) location.reload();
      }
    }
  };
  return lazy(fetched);
}
