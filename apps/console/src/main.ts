import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/screens.css';

const start = (): void => void import('./start.tsx');

// After the first picture, which would wait until all of the page has been read. A hidden page has no picture to wait for.
if (document.visibilityState === 'hidden') start();
else requestAnimationFrame(() => setTimeout(start));
