type PreferenceName = 'language' | 'theme';

/** What the user chose for the page; nothing else is kept in the browser. */
export function readPreference(name: PreferenceName): string | undefined {
  try {
    return localStorage.getItem(`ossgrant.${name}`) ?? undefined;
  } catch {
    // Storage may be forbidden.
    return undefined;
  }
}

export function writePreference(name: PreferenceName, value: string): void {
  try {
    localStorage.setItem(`ossgrant.${name}`, value);
  } catch {
    // The choice then lasts as long as the page.
  }
}

export type Theme = 'system' | 'light' | 'dark';

export function chosenTheme(): Theme {
  const theme = readPreference('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** Shows the page as the user chose it, or as the system says. */
export function applyTheme(theme: Theme = chosenTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
