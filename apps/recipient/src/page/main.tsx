import { render } from 'preact';
import type { Texts } from '../texts/english.ts';
import { App } from './app.tsx';
import { readPageData } from './client.ts';
import { createWords, WordsContext } from './words.ts';

/** Takes the place of what the page holds without script. */
export function start(language: string, texts: Texts): void {
  const root = document.querySelector('#page');
  if (root === null) return;
  const page = readPageData();
  root.replaceChildren();
  render(
    <WordsContext.Provider value={createWords(texts, language)}>
      <App page={page} />
    </WordsContext.Provider>,
    root,
  );
}
