import { UnavailableError } from '@caas/runtime';
import { modules } from '@caas/modules';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { workspaceRoot } from '../workspace-root.js';
import { collectionsPage } from './collections-page.js';

/** From the root of the source tree. */
export const REFERENCE_PAGE = 'docs/reference/collections.md';

/** Whether the page is not what the definitions say, or is not there. */
export async function checkReference(): Promise<boolean> {
  return (await readFile(pathOfPage(), 'utf8').catch(missing)) !== currentPage();
}

/** Writes the page. */
export async function writeReference(): Promise<void> {
  await mkdir(dirname(pathOfPage()), { recursive: true });
  await writeFile(pathOfPage(), currentPage());
}

function currentPage(): string {
  return collectionsPage(modules.collections.map((definition) => ({ definition, owner: modules.ownerOf(definition) })));
}

function pathOfPage(): string {
  const root = workspaceRoot();
  if (root === undefined) throw new UnavailableError('The reference page belongs to the source tree, and this is an installed package.');
  return join(root, REFERENCE_PAGE);
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
