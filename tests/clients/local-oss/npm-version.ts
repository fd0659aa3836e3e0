import { createRequire } from 'node:module';

/** Version of an installed package. @param importer `import.meta.url` of the file whose dependency it is */
export function npmVersion(name: string, importer: string): string {
  const { version } = createRequire(importer)(`${name}/package.json`) as { readonly version: string };
  return version;
}
