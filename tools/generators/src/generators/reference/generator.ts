import { spawnSync } from 'node:child_process';
import { type Tree } from '@nx/devkit';

/** What Nx shows when something is out of step; nothing when all is well. */
export interface SyncResult {
  readonly outOfSyncMessage?: string;
  readonly outOfSyncDetails?: string[];
}

/**
 * Brings the generated pages into step with the definitions (`nx sync`), or says that they are not (`nx sync:check`). A process of its own renders them from
 * source: the definitions are ES modules, and this plugin is loaded before anything is built.
 */
export default function referenceGenerator(tree: Tree): SyncResult {
  return writePages(tree, renderPages(tree.root));
}

/** Writes the pages that differ. */
export function writePages(tree: Tree, pages: Readonly<Record<string, string>>): SyncResult {
  const stale = Object.entries(pages).filter(([path, text]) => !tree.exists(path) || tree.read(path, 'utf8') !== text);
  for (const [path, text] of stale) tree.write(path, text);
  if (stale.length === 0) return {};
  return {
    outOfSyncMessage: 'Some generated pages are not what the definitions say now.',
    outOfSyncDetails: stale.map(([path]) => path),
  };
}

function renderPages(workspace: string): Record<string, string> {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@caas/source', '--import', 'tsx', 'tools/workspace/reference-pages.mjs'],
    { cwd: workspace, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  if (status !== 0) throw new Error(`The generated pages cannot be rendered:\n${stderr.trim()}`);
  return JSON.parse(stdout) as Record<string, string>;
}
