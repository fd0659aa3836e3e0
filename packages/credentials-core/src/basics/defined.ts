type Defined<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/**
 * The fields that have a value. Optional means absent here, not `undefined` (`exactOptionalPropertyTypes`), so what may be
 * missing is passed on as `{ ...defined({ region, endpoint }) }`.
 */
export function defined<T extends object>(fields: T): Defined<T> {
  const present: Record<string, unknown> = {};
  // Not `Object.entries`, which makes an array for each field: this runs for each small object that is downloaded.
  for (const name of Object.keys(fields)) {
    const value = fields[name as keyof T];
    if (value !== undefined) present[name] = value;
  }
  return present as Defined<T>;
}
