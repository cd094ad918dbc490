import { expect } from '@jest/globals';
import { type GeneratorCallback, type Tree, writeJson } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import domainGenerator from '../generators/domain/generator';

/** As much of the workspace as generators read and write, in memory. */
export function aWorkspace(): Tree {
  const tree = createTree();
  writeJson(tree, 'nx.json', {});
  writeJson(tree, 'package.json', { name: 'caas', private: true });
  tree.write('.prettierrc', JSON.stringify({ singleQuote: true, printWidth: 140 }));
  tree.write('docs/architecture.md', 'libs/\n    chat/              conversations\n    modules/           the list of them all\n');
  tree.write('libs/schema/src/ids.ts', "export const ID_PREFIXES = {\n  user: 'usr',\n} as const;\n");
  tree.write(
    'libs/gateway-middleware/src/access/permissions.ts',
    "export const SCOPE_PERMISSIONS = {\n  'chat:read': ['message.read'],\n  'chat:write': [],\n  'chat:delete': [],\n} as const;\n\nexport const ROLE_ONLY_PERMISSIONS = ['platform.keys'] as const;\n",
  );
  tree.write('libs/gateway-middleware/src/access/role-grants.ts', "const ROWS: readonly Row[] = [[['message.read'], { US: true }]];\n");
  const packages = ['composition', 'data-access-mongo', 'gateway-middleware', 'messaging-kafka', 'runtime', 'schema', 'testing'];
  const lock: Record<string, unknown> = {};
  for (const name of packages) addPackage(tree, lock, `libs/${name}`, `@caas/${name}`);
  addPackage(tree, lock, 'libs/domains/modules', '@caas/modules');
  tree.write(
    'libs/domains/modules/src/index.ts',
    "import { ModuleList } from '@caas/composition';\n\nexport const modules = new ModuleList([]);\n",
  );
  writeJson(tree, 'package-lock.json', { name: 'caas', packages: lock });
  return tree;
}

function addPackage(tree: Tree, lock: Record<string, unknown>, root: string, name: string): void {
  writeJson(tree, `${root}/package.json`, { name, version: '0.1.0' });
  lock[root] = { name, version: '0.1.0' };
  lock[`node_modules/${name}`] = { resolved: root, link: true };
}

/** The same with the domain `notebook`. */
export async function aNotebook(): Promise<Tree> {
  const tree = aWorkspace();
  await domainGenerator(tree, { name: 'notebook', description: 'Notes and their labels' });
  return tree;
}

/** Every file with its text. */
export function filesOf(tree: Tree): Record<string, string> {
  return Object.fromEntries(tree.listChanges().map(({ path }) => [path, tree.read(path, 'utf8') ?? '']));
}

/** What a run adds to the workspace and what it changes in it. */
export async function changesOf(tree: Tree, run: () => Promise<unknown>): Promise<Record<string, string>> {
  const before = filesOf(tree);
  await run();
  return Object.fromEntries(Object.entries(filesOf(tree)).filter(([path, text]) => before[path] !== text));
}

/** A second run changes nothing, and what somebody wrote into a generated file stays. */
export async function expectToConverge(tree: Tree, { run, edited }: { run: () => Promise<unknown>; edited: string }): Promise<void> {
  await run();
  tree.write(edited, `${tree.read(edited, 'utf8')}\n// by hand\n`);

  expect(await changesOf(tree, run)).toEqual({});
  expect(tree.read(edited, 'utf8')).toMatch(/\/\/ by hand\n$/);
}

/** A run is refused with this rule, and nothing is written. */
export async function expectRefusal(tree: Tree, run: () => Promise<GeneratorCallback>, rule: string | RegExp): Promise<void> {
  const before = filesOf(tree);

  await expect(run()).rejects.toThrow(rule);
  expect(filesOf(tree)).toEqual(before);
}

/** How often a text is in a file. */
export const occurrences = (tree: Tree, file: string, text: string): number => (tree.read(file, 'utf8') ?? '').split(text).length - 1;
