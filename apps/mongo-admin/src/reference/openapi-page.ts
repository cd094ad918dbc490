import { type ModuleList } from '@caas/composition';
import { openApiDocument } from '@caas/gateway-middleware';
import { servicesOfNobody } from '../services-of-nobody.js';

/** Stands for wherever the API is installed. */
const FACTS = { publicBaseUrl: 'https://api.example.com', version: '1' };

/** The OpenAPI document of all routes of the modules, as gateways serve it, in the order of its paths. */
export async function openApiPage(modules: Pick<ModuleList, 'routes'>): Promise<string> {
  const document = openApiDocument(await modules.routes(servicesOfNobody()), FACTS) as {
    readonly paths: Readonly<Record<string, unknown>>;
  };
  const paths = Object.fromEntries(Object.entries(document.paths).sort(([one], [other]) => (one < other ? -1 : 1)));
  return `${JSON.stringify({ ...document, paths }, null, 2)}\n`;
}
