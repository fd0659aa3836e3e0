import { type ReactNode, useState } from 'react';
import { useLanguage } from '../texts/language.tsx';
import { Picker } from './picker.tsx';
import { readPreference, writePreference } from './preferences.ts';

type Theme = 'system' | 'light' | 'dark';

function chosen(): Theme {
  const theme = readPreference('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** Shows the page as the user chose it, or as the system says. */
export function applyTheme(theme: Theme = chosen()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function ThemePicker(): ReactNode {
  const { t } = useLanguage();
  const [theme, setTheme] = useState(chosen);
  const choose = (next: Theme): void => {
    setTheme(next);
    writePreference('theme', next);
    applyTheme(next);
  };
  const options = (['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`theme.${value}`) }));
  return <Picker label={t('app.theme')} isLabelHidden value={theme} onChange={choose} options={options} />;
}
