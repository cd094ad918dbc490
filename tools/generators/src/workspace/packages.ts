/**
 * Dependencies between packages of the workspace, in `package.json` and in the lockfile, as npm would write them. They need no registry and no
 * `npm install`: a package of the workspace is a link.
 */
import { joinPathFragments, readJson, type Tree, updateJson } from '@nx/devkit';

type Versions = Record<string, string>;
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  dependencies?: Versions;
  devDependencies?: Versions;
}
interface LockFile {
  packages: Record<string, unknown>;
}

const LOCK_FILE = 'package-lock.json';

/** Lets a package use others of the workspace; those that it may use already stay as they are. */
export function useWorkspacePackages(
  tree: Tree,
  root: string,
  { dependencies = [], devDependencies = [] }: { dependencies?: readonly string[]; devDependencies?: readonly string[] },
): void {
  const file = joinPathFragments(root, 'package.json');
  const before = readJson<Manifest>(tree, file);
  const known = { ...before.devDependencies, ...before.dependencies };
  const missing = (names: readonly string[], among: Versions): string[] => names.filter((name) => among[name] === undefined);
  const added = missing(dependencies, before.dependencies ?? {});
  const addedDev = missing(devDependencies, known).filter((name) => !added.includes(name));
  if (added.length + addedDev.length === 0) return;
  const rest = Object.fromEntries(Object.entries(before.devDependencies ?? {}).filter(([name]) => !added.includes(name)));
  updateJson<Manifest>(tree, file, (manifest) => ({
    ...manifest,
    ...(added.length > 0 && { dependencies: withPackages(tree, before.dependencies, added) }),
    ...((added.length > 0 || addedDev.length > 0) &&
      (addedDev.length > 0 || before.devDependencies !== undefined) && { devDependencies: withPackages(tree, rest, addedDev) }),
  }));
  lockPackage(tree, root);
}

/** Writes the entries of a workspace package into the lockfile. */
export function lockPackage(tree: Tree, root: string): void {
  const { name, version, license, dependencies, devDependencies } = readJson<Manifest>(tree, joinPathFragments(root, 'package.json'));
  updateJson<LockFile>(tree, LOCK_FILE, (lock) => {
    const entry = {
      name,
      version,
      ...(license !== undefined && { license }),
      ...(dependencies && { dependencies: inOrder(dependencies) }),
      ...(devDependencies && { devDependencies: inOrder(devDependencies) }),
    };
    const packages = { ...lock.packages, [root]: { ...(lock.packages[root] as object | undefined), ...entry } };
    return { ...lock, packages: inOrder({ ...packages, [`node_modules/${name}`]: { resolved: root, link: true } }) };
  });
}

function withPackages(tree: Tree, versions: Versions = {}, names: readonly string[]): Versions {
  return inOrder({ ...versions, ...Object.fromEntries(names.map((name) => [name, rangeOf(tree, name)])) });
}

/** `^` and the version that the package has now. */
function rangeOf(tree: Tree, name: string): string {
  const { packages } = readJson<LockFile>(tree, LOCK_FILE);
  const link = packages[`node_modules/${name}`] as { resolved?: string; link?: boolean } | undefined;
  if (link?.link !== true || link.resolved === undefined) throw new Error(`${name} is no package of the workspace`);
  return `^${readJson<Manifest>(tree, joinPathFragments(link.resolved, 'package.json')).version}`;
}

/** In npm's order of names. */
function inOrder<Value>(entries: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(entries).sort(([one], [other]) => one.localeCompare(other, 'en')));
}
