/**
 * Makes `instanceof` recognise the errors of a class whichever copy of the package made them. Two versions of a package are
 * two classes of one name, and a chain that does not know the other's `NOT_CONFIGURED` would end there. Subclasses are
 * distinguished as usual, unless they are branded themselves.
 *
 * @param name registered for all copies, such as `@ossgrant/CredentialError`
 * @example
 * class DownloadError extends Error {
 *   static {
 *     brandErrors(this, '@ossgrant/DownloadError');
 *   }
 * }
 */
export function brandErrors(errorClass: { readonly prototype: Error }, name: string): void {
  const brand = Symbol.for(name);
  Object.defineProperty(errorClass.prototype, brand, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== errorClass) return Function.prototype[Symbol.hasInstance].call(this as typeof Error, value);
      return typeof value === 'object' && value !== null && brand in value;
    },
  });
}
