import { generateFiles, joinPathFragments, OverwriteStrategy, type Tree, workspaceRoot } from '@nx/devkit';

/**
 * Writes the templates of a generator below a folder. A file that is there is somebody's work and stays as it is.
 */
export function addFiles(tree: Tree, generator: string, { folder, from, values }: { folder: string; from?: string; values: object }): void {
  const templates = joinPathFragments(workspaceRoot, 'tools/generators/src/generators', generator, 'files', from ?? '');
  generateFiles(tree, templates, folder, { ...values, dot: '.' }, { overwriteStrategy: OverwriteStrategy.KeepExisting });
}
