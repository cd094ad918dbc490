import { isDeepStrictEqual } from 'node:util';
import { type JsonSchema } from '@caas/schema';
import { below, type Incompatibility } from './incompatibility.js';

/** Keywords that say nothing about good and bad. */
const ANNOTATIONS = ['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'format', 'discriminator'];
const COMPARED = [
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'patternProperties',
  'maxProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'oneOf',
  'anyOf',
  'allOf',
];
/** Upper and lower bounds, which a reader may loosen. */
const UPPER = ['maxProperties', 'maxItems', 'maxLength', 'maximum', 'exclusiveMaximum'];
const LOWER = ['minItems', 'minLength', 'minimum', 'exclusiveMinimum'];

/**
 * What keeps documents that are valid under `writer` from being valid under `reader`. Empty when all of them are. Knows the keywords that our
 * renderings use; another keyword must be equal on both sides, since guessing would be worse than refusing.
 */
export function jsonIncompatibilities(reader: JsonSchema, writer: JsonSchema, path = ''): readonly Incompatibility[] {
  const alternatives = branchesOf(writer);
  if (alternatives !== undefined) return alternatives.flatMap((branch) => jsonIncompatibilities(reader, branch, path));
  const options = branchesOf(reader);
  if (options !== undefined) return intoBranches(options, writer, path);
  return [
    ...valuesOf(reader, writer, path),
    ...boundsOf(reader, writer, path),
    ...patternsOf(reader, writer, path),
    ...objectsOf(reader, writer, path),
    ...itemsOf(reader, writer, path),
    ...unknownOf(reader, writer, path),
  ];
}

const branchesOf = ({ oneOf, anyOf }: JsonSchema): readonly JsonSchema[] | undefined =>
  (oneOf ?? anyOf) as readonly JsonSchema[] | undefined;

/** A branch of the reader takes it: the one with the same tags when there is one, so that its reasons are told. */
function intoBranches(options: readonly JsonSchema[], writer: JsonSchema, path: string): readonly Incompatibility[] {
  const findings = options.map((option) => ({ option, found: jsonIncompatibilities(option, writer, path) }));
  if (findings.some(({ found }) => found.length === 0)) return [];
  const tag = tagOf(writer);
  const same = tag === undefined ? undefined : findings.find(({ option }) => isDeepStrictEqual(tagOf(option), tag));
  return (
    same?.found ?? [
      { path, message: tag === undefined ? 'has no branch for what was written' : `has no branch for ${JSON.stringify(tag)}` },
    ]
  );
}

/** The fixed value of the field that tells branches apart, with its name. */
function tagOf(schema: JsonSchema): readonly [string, unknown] | undefined {
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>);
  const [name, found] =
    properties.find(([, property]) => (property['enum'] as readonly unknown[] | undefined)?.length === 1 || 'const' in property) ?? [];
  if (name === undefined || found === undefined) return undefined;
  return [name, found['const'] ?? (found['enum'] as readonly unknown[])[0]];
}

const typesOf = ({ type }: JsonSchema): readonly string[] | undefined =>
  type === undefined ? undefined : Array.isArray(type) ? (type as string[]) : [type as string];
const allowedOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  'const' in schema ? [schema['const']] : (schema['enum'] as readonly unknown[] | undefined);

function valuesOf(reader: JsonSchema, writer: JsonSchema, path: string): readonly Incompatibility[] {
  const found: Incompatibility[] = [];
  const types = typesOf(reader);
  const written = typesOf(writer);
  const refused =
    types === undefined
      ? []
      : (written ?? ['anything']).filter((type) => !types.includes(type) && !(type === 'integer' && types.includes('number')));
  if (refused.length > 0) found.push({ path, message: `reads ${types?.join(' or ') ?? ''} where ${refused.join(' or ')} was written` });
  const allowed = allowedOf(reader);
  if (allowed === undefined) return found;
  const possible = allowedOf(writer);
  const unknown = possible?.filter((value) => !allowed.some((known) => isDeepStrictEqual(known, value)));
  if (unknown === undefined) found.push({ path, message: 'takes certain values only where any were written' });
  else if (unknown.length > 0) found.push({ path, message: `does not know ${unknown.map((value) => JSON.stringify(value)).join(', ')}` });
  return found;
}

function boundsOf(reader: JsonSchema, writer: JsonSchema, path: string): readonly Incompatibility[] {
  // What has certain values only is as bounded as these are, and they are compared.
  if (allowedOf(writer) !== undefined) return [];
  const tighter = (keyword: string, isTighter: (ours: number, theirs: number) => boolean): boolean => {
    const ours = reader[keyword] as number | undefined;
    const theirs = writer[keyword] as number | undefined;
    return ours !== undefined && (theirs === undefined || isTighter(ours, theirs));
  };
  return [
    ...UPPER.filter((keyword) => tighter(keyword, (ours, theirs) => ours < theirs)),
    ...LOWER.filter((keyword) => tighter(keyword, (ours, theirs) => ours > theirs)),
  ].map((keyword) => ({
    path,
    message: `has a tighter limit: ${keyword} ${limitText(reader[keyword])} for ${limitText(writer[keyword])}`,
  }));
}

const limitText = (limit: unknown): string => (typeof limit === 'number' ? String(limit) : 'none');

const patternsIn = ({ pattern, allOf = [] }: JsonSchema): readonly unknown[] =>
  [{ pattern }, ...(allOf as readonly JsonSchema[])].flatMap((part) => (part.pattern === undefined ? [] : [part.pattern]));

/** Whether one pattern includes another is not decidable here, so a reader's patterns must be among the written ones. */
function patternsOf(reader: JsonSchema, writer: JsonSchema, path: string): readonly Incompatibility[] {
  if (allowedOf(writer) !== undefined) return [];
  const written = patternsIn(writer);
  const added = patternsIn(reader).filter((pattern) => !written.includes(pattern));
  return added.length === 0 ? [] : [{ path, message: `demands a pattern that was not held: ${added.join(', ')}` }];
}

const recordOf = (schema: JsonSchema, keyword: string): Readonly<Record<string, JsonSchema>> =>
  (schema[keyword] ?? {}) as Readonly<Record<string, JsonSchema>>;
const isClosed = (schema: JsonSchema): boolean => schema['additionalProperties'] === false;

function objectsOf(reader: JsonSchema, writer: JsonSchema, path: string): readonly Incompatibility[] {
  const [ours, theirs] = [recordOf(reader, 'properties'), recordOf(writer, 'properties')];
  const [ourMaps, theirMaps] = [recordOf(reader, 'patternProperties'), recordOf(writer, 'patternProperties')];
  const promised = (writer['required'] ?? []) as readonly string[];
  const missing = ((reader['required'] ?? []) as readonly string[]).filter((name) => !promised.includes(name));
  const found: Incompatibility[] = missing.map((name) => ({
    path: below(path, name),
    message: 'needs the field, which was not always written',
  }));
  for (const [name, property] of Object.entries(theirs)) {
    const known = ours[name];
    if (known !== undefined) found.push(...jsonIncompatibilities(known, property, below(path, name)));
    else if (isClosed(reader)) found.push({ path: below(path, name), message: 'does not know the field, and is closed' });
  }
  for (const [pattern, values] of Object.entries(theirMaps)) {
    const known = ourMaps[pattern];
    if (known !== undefined) found.push(...jsonIncompatibilities(known, values, below(path, '*')));
    else if (isClosed(reader)) found.push({ path: below(path, '*'), message: `does not know keys of the form ${pattern}, and is closed` });
  }
  if (!isObject(writer) || isClosed(writer)) return found;
  const constrained = Object.keys(ours).filter((name) => !(name in theirs));
  found.push(
    ...constrained.map((name) => ({ path: below(path, name), message: 'has a form for the field, where anything could be written' })),
  );
  if (isClosed(reader)) found.push({ path, message: 'is closed where any field could be written' });
  return found;
}

const isObject = (schema: JsonSchema): boolean => typesOf(schema)?.includes('object') ?? true;

function itemsOf({ items: reader }: JsonSchema, { items: writer }: JsonSchema, path: string): readonly Incompatibility[] {
  if (reader === undefined) return [];
  return jsonIncompatibilities(reader as JsonSchema, (writer ?? {}) as JsonSchema, below(path, '*'));
}

function unknownOf(reader: JsonSchema, writer: JsonSchema, path: string): readonly Incompatibility[] {
  return Object.keys(reader)
    .filter(
      (keyword) => !ANNOTATIONS.includes(keyword) && !COMPARED.includes(keyword) && !isDeepStrictEqual(reader[keyword], writer[keyword]),
    )
    .map((keyword) => ({ path, message: `says "${keyword}", which cannot be compared, and it differs` }));
}
