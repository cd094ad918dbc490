/**
 * Prints every page of `docs/reference` as the definitions have it now: one JSON object of texts by path. From source, so that it needs no build:
 * `node --conditions=@caas/source --import tsx tools/workspace/reference-pages.mjs`. Run by the sync generator `@caas/tools:reference`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

const pages = {
  ...(await renderPages()),
  'docs/reference/commands.md': commandsPage(adminProgram(refuse)),
  'docs/reference/environment.md': environmentPage({ gateway: GATEWAY_CONFIG, worker: WORKER_CONFIG, 'caas-admin': ADMIN_CONFIG }),
  'docs/reference/generators.md': generatorsPage(generators.map(([name, { schema }]) => ({ name, schema: json(schema) }))),
};
process.stdout.write(JSON.stringify(pages));
