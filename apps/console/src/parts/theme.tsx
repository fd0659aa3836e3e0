import { type ReactNode, useState } from 'react';
import { useLanguage } from '../texts/language.tsx';
import { Picker } from './picker.tsx';
import { applyTheme, chosenTheme, type Theme, writePreference } from './preferences.ts';

export function ThemePicker(): ReactNode {
  const { t } = useLanguage();
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (next: Theme): void => {
    setTheme(next);
    writePreference('theme', next);
    applyTheme(next);
  };
  const options = (['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`theme.${value}`) }));
  return <Picker label={t('app.theme')} isLabelHidden value={theme} onChange={choose} options={options} />;
}
