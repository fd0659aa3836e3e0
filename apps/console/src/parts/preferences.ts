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
