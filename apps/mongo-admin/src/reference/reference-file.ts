import { UnavailableError } from '@caas/runtime';
import { modules } from '@caas/modules';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { workspaceRoot } from '../workspace-root.js';
import { asyncApiDocument } from './asyncapi-document.js';
import { collectionsPage } from './collections-page.js';
import { errorsPage } from './errors-page.js';
import { openApiPage } from './openapi-page.js';
import { servicesOfNobody } from '../services-of-nobody.js';
import { routesPage } from './routes-page.js';
import { topicsPage } from './topics-page.js';

/** Pages by their path from the root of the source tree, each with what the definitions say now. */
const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/reference/collections.md': () =>
    collectionsPage(modules.collections.map((definition) => ({ definition, owner: modules.ownerOf(definition) }))),
  'docs/reference/errors.md': errorsPage,
  'docs/reference/openapi.json': () => openApiPage(modules),
  'docs/reference/routes.md': async () => routesPage(await modules.routes(servicesOfNobody())),
  'docs/reference/topics.md': () => topicsPage(modules.topics),
  'docs/reference/asyncapi.json': () => `${JSON.stringify(asyncApiDocument(modules.topics), null, 2)}\n`,
};

/** Every page with its text. */
export async function renderPages(): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(Object.entries(PAGES).map(async ([page, render]) => [page, await render()] as const)));
}

/** Every generated page. */
export const REFERENCE_PAGES = Object.keys(PAGES);

/** Pages that are not what the definitions say, or are not there. */
export async function stalePages(): Promise<string[]> {
  const checked = await Promise.all(
    Object.entries(PAGES).map(async ([page, render]) =>
      (await readFile(pathOf(page), 'utf8').catch(missing)) === (await render()) ? [] : [page],
    ),
  );
  return checked.flat();
}

/** Writes the pages. */
export async function writePages(pages: readonly string[]): Promise<void> {
  for (const page of pages) {
    await mkdir(dirname(pathOf(page)), { recursive: true });
    await writeFile(pathOf(page), (await PAGES[page]?.()) ?? '');
  }
}

function pathOf(page: string): string {
  const root = workspaceRoot();
  if (root === undefined) throw new UnavailableError('The reference pages belong to the source tree, and this is an installed package.');
  return join(root, page);
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
