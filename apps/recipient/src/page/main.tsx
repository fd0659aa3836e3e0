import { render } from 'preact';
import { App } from './app.tsx';
import { readPageData } from './client.ts';
import { createWords, WordsContext } from './words.ts';

const { language, texts, page } = readPageData();
const root = document.querySelector('#page');
if (root !== null) {
  root.replaceChildren();
  render(
    <WordsContext.Provider value={createWords(texts, language)}>
      <App page={page} />
    </WordsContext.Provider>,
    root,
  );
}
