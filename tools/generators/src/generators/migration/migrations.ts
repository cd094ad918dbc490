import { joinPathFragments, type Tree } from '@nx/devkit';
import { addImport, addProperty, addToDefaultList } from '../../source/edit';
import { change } from '../../source/change';
import { type Domain, domainNames, DOMAINS, partOf } from '../../workspace/domain';
import { camel } from '../../workspace/names';

/** A migration with its place in the order of all. */
export interface NewMigration {
  /** `V012`, `create_notes`, `v012-create-notes`, `v012CreateNotes`. */
  readonly version: string;
  readonly name: string;
  readonly file: string;
  readonly constant: string;
}

const FILE = /^v(\d{3,6})-(.*)\.migration\.ts$/;

const folderOf = (domain: string): string => joinPathFragments(DOMAINS, domain, 'src', 'migrations');

/** The next number of all domains, for a migration of this name. */
export function nextMigration(tree: Tree, name: string): NewMigration {
  const numbers = domainNames(tree)
    .flatMap((domain) => tree.children(folderOf(domain)))
    .map((file) => Number(FILE.exec(file)?.[1] ?? 0));
  const version = `V${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}`;
  const file = `${version.toLowerCase()}-${name.replaceAll('_', '-')}`;
  return { version, name, file, constant: camel(file) };
}

/** The file of the domain's migration of this name, whatever its number. */
export function migrationNamed(tree: Tree, { name: domain }: Domain, name: string): string | undefined {
  return tree.children(folderOf(domain)).find((file) => FILE.exec(file)?.[2] === name.replaceAll('_', '-'));
}

/** Lists a migration in its domain, and the list in the module. */
export function registerMigration(tree: Tree, domain: Domain, { file, constant }: NewMigration): void {
  const list = partOf(domain, 'migrations');
  const from = `./migrations/${file}.migration.js`;
  const empty = `/** The migrations of ${domain.name}, in the order of their numbers. */\nimport { ${constant} } from '${from}';\n\nexport default [];\n`;
  if (!tree.exists(list)) tree.write(list, empty);
  change(tree, list, (text) => addToDefaultList(addImport(text, { name: constant, from }), constant));
  change(tree, domain.module, (text) =>
    addProperty(text, { callee: 'defineModule', key: 'migrations', value: `() => import('./${domain.name}.migrations.js')` }),
  );
}
