import { applyTheme } from './parts/preferences.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/screens.css';

applyTheme();
let start = (): void => {
  start = () => {};
  void import('./start.tsx');
};

// After the first picture, which would wait until all of the page has been read. A hidden page has none, and not every browser says when.
new PerformanceObserver(() => start()).observe({ type: 'paint', buffered: true });
setTimeout(() => start(), document.visibilityState === 'hidden' ? 0 : 500);
