import { joinPathFragments, type Tree } from '@nx/devkit';
import { type Field, readFields } from '../source/fields';
import { textOf } from '../source/change';
import { readDefinition } from '../source/edit';
import { type Domain, filesBelow, findDomain } from './domain';
import { type ConceptNames, conceptNames } from './names';
import { Refusal } from './refusal';

/** A concept of a domain that `tenant-schema` has written: a collection with its repository. */
export interface Concept {
  readonly domain: Domain;
  readonly names: ConceptNames;
  /** The folder of the concept and the file of its collection. */
  readonly folder: string;
  readonly definition: string;
  /** What the ids start with. */
  readonly prefix: string;
}

/** Finds a concept by its folder. Refuses one without a tenant collection and a repository in the form that `tenant-schema` gives them. */
export function findConcept(
  tree: Tree,
  { domain: domainName, concept, option }: { domain: string; concept: string; option: string },
): Concept {
  const domain = findDomain(tree, domainName);
  const folder = joinPathFragments(domain.source, concept);
  const definition = joinPathFragments(folder, `${concept}.collection.ts`);
  if (!/^[a-z0-9-]+$/.test(concept) || !tree.exists(definition) || !tree.exists(joinPathFragments(folder, `${concept}.repository.ts`))) {
    const first = `nx g @caas/tools:tenant-schema ${concept} --domain ${domainName}`;
    throw new Refusal(option, `the domain ${domainName} has no "${concept}" with a collection and a repository; first: ${first}`);
  }
  const said = readDefinition(textOf(tree, definition), 'defineCollection');
  const [idField = '', prefix = ''] = [said?.get('id.field'), said?.get('id.prefix')];
  if (said?.get('scope') !== 'tenant' || !idField.endsWith('_id') || ['', 'row', 'name'].includes(prefix)) {
    throw new Refusal(option, `${definition} is no tenant collection with ids of its own kind, such as note_…`);
  }
  return { domain, folder, definition, prefix, names: conceptNames(option, concept, idField.slice(0, -'_id'.length).replaceAll('_', '-')) };
}

/** A collection of a domain, whoever wrote it. */
export interface Collection {
  readonly domain: Domain;
  /** The file that defines it, from the source folder of the domain and without its ending: `notes/notes.collection`. */
  readonly file: string;
  /** `notes`, and the name in the database. */
  readonly constant: string;
  readonly name: string;
  readonly scope: 'tenant' | 'platform';
  readonly text: string;
}

/** Finds a collection by the first part of its file's name. */
export function findCollection(
  tree: Tree,
  { domain: domainName, concept, option }: { domain: string; concept: string; option: string },
): Collection {
  const domain = findDomain(tree, domainName);
  const ending = '.collection.ts';
  const files = filesBelow(tree, domain.source).filter((file) => file.endsWith(ending));
  const path = files.find((file) => file.endsWith(`/${concept}${ending}`));
  if (path === undefined) {
    const known = files.map((file) => file.slice(file.lastIndexOf('/') + 1, -ending.length));
    throw new Refusal(
      option,
      `the domain ${domainName} has no collection "${concept}"; it must be one of ${known.join(', ') || 'none: it has none yet'}`,
    );
  }
  const text = textOf(tree, path);
  const said = readDefinition(text, 'defineCollection');
  const [constant, name, scope] = [said?.get('constant'), said?.get('name'), said?.get('scope')];
  if (constant === undefined || name === undefined || (scope !== 'tenant' && scope !== 'platform')) {
    throw new Refusal(option, `${path} defines no collection in a form that can be read`);
  }
  return { domain, file: path.slice(domain.source.length + 1, -'.ts'.length), constant, name, scope, text };
}

/** Its fields. Refuses a definition that has more than generators know. */
export function fieldsOf(tree: Tree, { definition }: Concept, option: string): Field[] {
  const fields = readFields(textOf(tree, definition));
  if (fields === undefined) {
    throw new Refusal(
      option,
      `${definition} has fields of other kinds than text, numbers, booleans, dates and words; write this one by hand`,
    );
  }
  return fields;
}
