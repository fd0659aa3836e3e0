/** A copy of a map without some of its names. */
export function without(map: ReadonlyMap<string, string>, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...map].filter(([name]) => !names.includes(name)));
}
