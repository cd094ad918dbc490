import { type Tree } from '@nx/devkit';
import { UnknownForm } from './edit';

/** The text of a file that has to be there. */
export function textOf(tree: Tree, file: string): string {
  const text = tree.read(file, 'utf8');
  if (text === null) throw new Error(`There is no ${file}.`);
  return text;
}

/** Changes a file; one that comes out the same is not written. */
export function change(tree: Tree, file: string, edit: (text: string) => string): void {
  const text = textOf(tree, file);
  try {
    const changed = edit(text);
    if (changed !== text) tree.write(file, changed);
  } catch (error) {
    if (error instanceof UnknownForm) throw new Error(`${file}: ${error.message}. Nothing was written.`, { cause: error });
    throw error;
  }
}
