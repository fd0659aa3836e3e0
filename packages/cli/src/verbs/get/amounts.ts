const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes for people, in powers of ten as networks are: `14.2 MB`. */
export function formatBytes(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  for (; amount >= 999.5 && unit < UNITS.length - 1; unit += 1) amount /= 1000;
  const digits = unit === 0 || amount >= 99.95 ? 0 : 1;
  return `${amount.toFixed(digits)} ${UNITS[unit]}`;
}

/** A length of time for people: `0:07`, `1:02:03`. */
export function formatTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours === 0 ? `${minutes}:${pad(seconds % 60)}` : `${hours}:${pad(minutes)}:${pad(seconds % 60)}`;
}
