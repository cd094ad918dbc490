import { type GeneratorCallback, joinPathFragments, type Tree } from '@nx/devkit';
import { addExport, addImport, addToConstant, addToList, readConstant } from '../../source/edit';
import { change, textOf } from '../../source/change';
import { type Field, importsOf, parseFields } from '../../source/fields';
import { type Domain, findDomain, ownerOfCollection } from '../../workspace/domain';
import { finish } from '../../workspace/finish';
import { type ConceptNames, conceptNames } from '../../workspace/names';
import { useWorkspacePackages } from '../../workspace/packages';
import { checkForm, Refusal } from '../../workspace/refusal';
import { addFiles } from '../../workspace/templates';
import { migrationNamed, nextMigration, registerMigration } from '../migration/migrations';
import { type TenantSchemaOptions } from './schema';

const ID_PREFIXES = { file: 'libs/schema/src/ids.ts', constant: 'ID_PREFIXES' };

interface Plan {
  readonly names: ConceptNames;
  readonly domain: Domain;
  readonly fields: readonly Field[];
  readonly prefix: string;
  readonly description: string;
}

/** Writes a collection of every tenant and all that belongs to it. */
export default async function tenantSchemaGenerator(tree: Tree, options: TenantSchemaOptions): Promise<GeneratorCallback> {
  const plan = normalize(tree, options);
  change(tree, ID_PREFIXES.file, (text) =>
    addToConstant(text, { constant: ID_PREFIXES.constant, key: plan.names.one.variable, value: `'${plan.prefix}'` }),
  );
  writeFiles(tree, plan);
  writeMigration(tree, plan);
  register(tree, plan);
  return finish(tree, options);
}

function normalize(tree: Tree, options: TenantSchemaOptions): Plan {
  const names = conceptNames('name', options.name, options.singular || undefined);
  const domain = findDomain(tree, options.domain);
  const owner = ownerOfCollection(tree, names.collection);
  const file = joinPathFragments(domain.source, names.folder, `${names.folder}.collection.ts`);
  if (owner !== undefined && owner !== file)
    throw new Refusal('name', `the collection "${names.collection}" is defined in ${owner} already`);
  return {
    names,
    domain,
    fields: parseFields(options.fields || 'name:text', names.idField),
    prefix: idPrefix(tree, names, options.idPrefix || undefined),
    description: checkForm('description', options.description || capital(names.words), {
      form: /^[^'\n.]+$/,
      rule: 'must be one sentence without quotes and without its full stop',
    }),
  };
}

/** The prefix of the ids. A concept that has one keeps it; one of somebody else is refused. */
function idPrefix(tree: Tree, { one }: ConceptNames, wanted = usualPrefix(one.snake)): string {
  const rule = 'must be 2–10 letters of a–z; say another --idPrefix';
  const prefix = checkForm('idPrefix', wanted, { form: /^[a-z]{2,10}$/, rule });
  const prefixes = readConstant(textOf(tree, ID_PREFIXES.file), ID_PREFIXES.constant);
  const [own] = prefixes.get(one.variable) ?? [];
  if (own !== undefined) return own;
  const [taken] = [...prefixes].find(([, [value]]) => value === prefix) ?? [];
  if (taken !== undefined)
    throw new Refusal('idPrefix', `"${prefix}" is the prefix of ${taken}, and is never given twice; say another one`);
  return prefix;
}

/** The word itself, or three letters of each of several. */
function usualPrefix(singular: string): string {
  const words = singular.replaceAll(/[0-9]/g, '').split('_');
  return (words.length === 1 ? words : words.map((word) => word.slice(0, 3))).join('').slice(0, 10);
}

function writeFiles(tree: Tree, { names, domain, fields, prefix, description }: Plan): void {
  const values = {
    ...names,
    fields,
    prefix,
    description,
    schemaImports: importsOf(fields.map(({ stored }) => stored)),
    first: fields[0],
  };
  addFiles(tree, 'tenant-schema', { folder: domain.source, values });
}

/** Puts the collection in place where servers run already; new ones make it with all others. */
function writeMigration(tree: Tree, { names, domain }: Plan): void {
  const name = `create_${names.collection}`;
  if (migrationNamed(tree, domain, name) !== undefined) return;
  const migration = nextMigration(tree, name);
  addFiles(tree, 'migration', {
    folder: joinPathFragments(domain.source, 'migrations'),
    values: {
      collection: { constant: names.variable, name: names.collection, file: `${names.folder}/${names.folder}.collection`, scope: 'tenant' },
      ...migration,
      field: undefined,
      comment: `The collection \`${names.collection}\` with its validator and indexes.`,
      isNew: true,
    },
  });
  registerMigration(tree, domain, migration);
}

function register(tree: Tree, { names, domain }: Plan): void {
  const collection = `./${names.folder}/${names.folder}.collection.js`;
  change(tree, domain.module, (text) =>
    addToList(addImport(text, { name: names.variable, from: collection }), {
      callee: 'defineModule',
      key: 'collections',
      element: names.variable,
    }),
  );
  change(tree, joinPathFragments(domain.source, 'index.ts'), (text) =>
    addExport(addExport(text, { name: names.one.type, from: collection, isType: true }), {
      name: `${names.type}Repository`,
      from: `./${names.folder}/${names.folder}.repository.js`,
    }),
  );
  useWorkspacePackages(tree, domain.root, {
    dependencies: ['@caas/data-access-mongo', '@caas/runtime', '@caas/schema'],
    devDependencies: ['@caas/testing'],
  });
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
