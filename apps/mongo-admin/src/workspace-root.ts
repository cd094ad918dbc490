import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The root of the source tree that `folder` is in; `undefined` outside of one, as in an installed package. */
export function workspaceRoot(folder = import.meta.dirname): string | undefined {
  if (existsSync(join(folder, 'nx.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : workspaceRoot(parent);
}
