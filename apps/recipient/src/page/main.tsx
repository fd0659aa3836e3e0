import { render } from 'preact';
import type { Texts } from '../texts/english.ts';
import { App, openFirst } from './app.tsx';
import { readPageData } from './client.ts';
import { createWords, WordsContext } from './words.ts';

/** Takes the place of what the page holds without script, which can be used until there is more to show. */
export async function start(language: string, texts: Texts): Promise<void> {
  const root = document.querySelector('#page');
  if (root === null) return;
  // The first picture is the server's, and waits for nothing here. Out of sight there is none, nor anything to do.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const page = readPageData();
  const first = await openFirst(page);
  root.replaceChildren();
  render(
    <WordsContext.Provider value={createWords(texts, language)}>
      <App page={page} first={first} />
    </WordsContext.Provider>,
    root,
  );
}
