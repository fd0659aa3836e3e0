import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createGrantHandler } from '@ossgrant/grant-handler';
import openapiTS, { astToString } from 'openapi-typescript';

const FILE = 'packages/grant-handler/src/client/openapi.generated.ts';
const HEAD = `/** Types of the HTTP API. Made from /openapi.json: \`pnpm api\` renews them, and nobody edits them. */
`;

/**
 * Makes the types of the typed client from the OpenAPI document that the built handler serves, which is made of the schemas that
 * check its requests.
 *
 * @param {boolean} writes whether to renew the committed types
 * @returns {Promise<string | undefined>} what is wrong with them
 */
export async function clientProblem(writes) {
  const handler = createGrantHandler({
    publicUrl: 'https://files.example.com',
    presigners: {},
    store: /** @type {import('@ossgrant/grant-handler').Store} */ ({}),
    authenticate: async () => undefined,
    authorize: () => 0,
    tokenKeys: [{ version: 1, key: Buffer.alloc(32) }],
  });
  const response = await handler.fetch(new Request('https://files.example.com/openapi.json'));
  const document = /** @type {import('openapi-typescript').OpenAPI3} */ (await response.json());
  const types = astToString(await openapiTS(document));
  // The document has no definitions outside its components.
  const text = HEAD + types.replaceAll(/^export type \$defs = .*\n/gm, '');
  const file = path.join(import.meta.dirname, '../..', FILE);
  if (writes) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text)
    return `${FILE} differs from the OpenAPI document: run \`pnpm api\`, build, and read the difference`;
  return undefined;
}
