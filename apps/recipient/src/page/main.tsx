import { render } from 'preact';
import { App } from './app.tsx';
import { readPageData } from './client.ts';
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet has no name
import './page.css';
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
