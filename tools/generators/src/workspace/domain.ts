import { joinPathFragments, readJson, type Tree } from '@nx/devkit';
import { camel } from './names';
import { Refusal } from './refusal';

/** A domain library: where it is and what its parts are called. */
export interface Domain {
  readonly name: string;
  /** `libs/domains/notebook` and its `src`. */
  readonly root: string;
  readonly source: string;
  /** `@caas/notebook`. */
  readonly packageName: string;
  /** `libs/domains/notebook/src/notebook.module.ts`. */
  readonly module: string;
}

export const DOMAINS = 'libs/domains';

/** The names of all domains. */
export function domainNames(tree: Tree): string[] {
  return tree.children(DOMAINS).filter((name) => tree.exists(moduleOf(name)));
}

/** The domain of this name. Refuses one that does not exist. */
export function findDomain(tree: Tree, name: string): Domain {
  const known = domainNames(tree);
  if (!known.includes(name)) {
    throw new Refusal('domain', `there is no domain "${name}"; it must be one of ${known.join(', ')}, or made first by @caas/tools:domain`);
  }
  const root = joinPathFragments(DOMAINS, name);
  const { name: packageName } = readJson<{ name: string }>(tree, joinPathFragments(root, 'package.json'));
  return { name, root, source: joinPathFragments(root, 'src'), packageName, module: moduleOf(name) };
}

/** The file of a part of the domain: `notebook.routes.ts`. */
export const partOf = ({ source, name }: Domain, part: string): string => joinPathFragments(source, `${name}.${part}.ts`);
/** What the part's function is called: `notebookRoutes`. */
export const partFunction = ({ name }: Domain, part: string): string => camel(`${name}-${part}`);

const moduleOf = (name: string): string => joinPathFragments(DOMAINS, name, 'src', `${name}.module.ts`);

/** The file that defines the collection of this name, in whichever domain. */
export function ownerOfCollection(tree: Tree, collection: string): string | undefined {
  const definition = new RegExp(`defineCollection\\(\\{\\s*name: '${collection}'`);
  return domainNames(tree)
    .flatMap((name) => filesBelow(tree, joinPathFragments(DOMAINS, name, 'src')))
    .find((file) => file.endsWith('.ts') && !/\.(spec|fixture)\.ts$/.test(file) && definition.test(tree.read(file, 'utf8') ?? ''));
}

/** All files below a folder. */
export function filesBelow(tree: Tree, folder: string): string[] {
  return tree.children(folder).flatMap((name) => {
    const path = joinPathFragments(folder, name);
    return tree.isFile(path) ? [path] : filesBelow(tree, path);
  });
}
