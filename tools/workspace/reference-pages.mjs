/**
 * Prints every page of `docs/reference`, and the types of the typed client, as the definitions have them now: one JSON object of texts by path. From source,
 * so that it needs no build: `node --conditions=@caas/source --import tsx tools/workspace/reference-pages.mjs`. Run by the sync generator `@caas/tools:reference`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { adminProgram } from '../../apps/mongo-admin/src/admin-program.ts';
import { ADMIN_CONFIG } from '../../apps/mongo-admin/src/admin-config.ts';
import { commandsPage } from '../../apps/mongo-admin/src/reference/commands-page.ts';
import { environmentPage } from '../../apps/mongo-admin/src/reference/environment-page.ts';
import { generatorsPage } from '../../apps/mongo-admin/src/reference/generators-page.ts';
import { renderPages } from '../../apps/mongo-admin/src/reference/reference-file.ts';
import { GATEWAY_CONFIG } from '../../apps/gateway/src/gateway-config.ts';
import { WORKER_CONFIG } from '../../apps/worker/src/worker-config.ts';

const plugin = join(import.meta.dirname, '..', 'generators');
const json = (file) => JSON.parse(readFileSync(join(plugin, file), 'utf8'));
const generators = Object.entries(json('generators.json').generators).filter(([, { hidden }]) => hidden !== true);

const refuse = (error) => {
  throw error;
};

/**
 * The types of the client that end-to-end specs call the API with. Texts are left out, because they are on the page, and every refusal is the same problem
 * document.
 */
async function clientTypes(openApi) {
  const isText = (name, value) => name === 'example' || (name === 'description' && typeof value === 'string');
  const document = JSON.parse(openApi, (name, value) => (isText(name, value) ? undefined : value));
  const problem = { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
  for (const operation of Object.values(document.paths).flatMap(Object.values)) {
    const successes = Object.entries(operation.responses).filter(([status]) => Number(status) < 400);
    operation.responses = { ...Object.fromEntries(successes), default: problem };
  }
  delete document.components.responses;
  const types = astToString(await openapiTS(document));
  return `/** The API as TypeScript, out of docs/reference/openapi.json by \`nx sync\`. */\n${types}`;
}

const rendered = await renderPages();
const pages = {
  ...rendered,
  'tools/e2e/src/support/api-types.fixture.ts': await clientTypes(rendered['docs/reference/openapi.json']),
  'docs/reference/commands.md': commandsPage(adminProgram(refuse)),
  'docs/reference/environment.md': environmentPage({ gateway: GATEWAY_CONFIG, worker: WORKER_CONFIG, 'caas-admin': ADMIN_CONFIG }),
  'docs/reference/generators.md': generatorsPage(generators.map(([name, { schema }]) => ({ name, schema: json(schema) }))),
};
process.stdout.write(JSON.stringify(pages));
