import { type GeneratorCallback, joinPathFragments, type Tree } from '@nx/devkit';
import { fieldNames } from '../../source/fields';
import { type Collection, findCollection } from '../../workspace/concept';
import { finish } from '../../workspace/finish';
import { snake } from '../../workspace/names';
import { useWorkspacePackages } from '../../workspace/packages';
import { checkForm, Refusal } from '../../workspace/refusal';
import { addFiles } from '../../workspace/templates';
import { migrationNamed, nextMigration, registerMigration } from './migrations';
import { type MigrationOptions } from './schema';

const NAME = { form: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, rule: 'must be lower-case words joined by hyphens that start with a letter' };
const NAME_MAX = 80;

interface Plan {
  readonly name: string;
  readonly collection: Collection;
  readonly field: { readonly name: string; readonly value: string } | undefined;
}

/** Writes the next migration for a collection. */
export default async function migrationGenerator(tree: Tree, options: MigrationOptions): Promise<GeneratorCallback> {
  const { name, collection, field } = normalize(tree, options);
  const { domain } = collection;
  if (migrationNamed(tree, domain, name) === undefined) {
    const migration = nextMigration(tree, name);
    addFiles(tree, 'migration', {
      folder: joinPathFragments(domain.source, 'migrations'),
      values: { collection, ...migration, field, comment: commentOf(collection, field), isNew: false },
    });
    registerMigration(tree, domain, migration);
    useWorkspacePackages(tree, domain.root, { dependencies: ['@caas/data-access-mongo'], devDependencies: ['@caas/testing'] });
  }
  return finish(tree, options);
}

function normalize(tree: Tree, options: MigrationOptions): Plan {
  const kebab = checkForm('name', options.name, NAME);
  if (kebab.length > NAME_MAX) throw new Refusal('name', `"${kebab}" has more than ${NAME_MAX} characters`);
  const collection = findCollection(tree, { domain: options.domain, concept: options.concept, option: 'concept' });
  return { name: snake(kebab), collection, field: options.field ? fieldOf(collection, options.field, options.value ?? 'null') : undefined };
}

function fieldOf({ name: collection, text }: Collection, name: string, value: string): { name: string; value: string } {
  const known = fieldNames(text);
  if (!known.includes(name)) {
    throw new Refusal('field', `${collection} defines no "${name}"; it must be one of ${known.join(', ')}: change the definition first`);
  }
  try {
    const parsed: unknown = JSON.parse(value);
    return { name, value: JSON.stringify(parsed) };
  } catch {
    throw new Refusal('value', `${value} is not JSON: a word needs double quotes, as in '"open"'`);
  }
}

function commentOf({ name }: Collection, field: Plan['field']): string {
  return field === undefined
    ? `Validator and indexes of \`${name}\` as they are defined now.`
    : `Every row of \`${name}\` gets the field \`${field.name}\`.`;
}
