import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { codeOf } from './api/problem.ts';
import { App } from './app.tsx';
import { LanguageProvider } from './texts/language.tsx';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays one; only a lost connection is worth another try.
      retry: (count, error) => count < 2 && codeOf(error) === 'offline',
      retryDelay: 1000,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <App />
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
