import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { formatFiles, type GeneratorCallback, type Tree } from '@nx/devkit';

export interface Finish {
  /** A new package to link under its name. */
  readonly link?: { readonly name: string; readonly root: string };
  /** Leaves references and pages to a later `nx sync`. */
  readonly skipSync?: boolean;
}

/**
 * Formats what was written and answers what is left to do once it is on the disk (Nx calls it, and not in a dry run): link a new package, and bring
 * TypeScript references and generated pages into step. With nothing changed there is nothing to do.
 */
export async function finish(tree: Tree, { link, skipSync = false }: Finish = {}): Promise<GeneratorCallback> {
  await formatFiles(tree);
  const isChanged = tree.listChanges().length > 0;
  return () => {
    if (!isChanged) return;
    if (link !== undefined) linkPackage(tree.root, link);
    if (!skipSync) sync(tree.root);
  };
}

/** What `npm install` does with a package of the workspace. */
function linkPackage(workspace: string, { name, root }: { name: string; root: string }): void {
  const place = join(workspace, 'node_modules', name);
  if (existsSync(place)) return;
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(relative(dirname(place), join(workspace, root)), place, 'dir');
}

function sync(workspace: string): void {
  const nx = join(workspace, 'node_modules', '.bin', 'nx');
  const { status } = spawnSync(nx, ['sync'], {
    cwd: workspace,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  });
  if (status !== 0) throw new Error('The files are written, but `nx sync` failed: see above, and run it again.');
}
