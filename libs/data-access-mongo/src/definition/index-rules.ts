import { DefinitionError } from './definition-error.js';
import { type IndexDefinition } from './index-definition.js';
import { fieldAt, type SchemaNode } from './schema-node.js';

/** What the rules need to know of the collection. `storage` is the rendered schema, `storageName` maps an outside field to its stored name. */
export interface IndexedCollection {
  readonly name: string;
  readonly tenantScoped: boolean;
  readonly storage: SchemaNode;
  storageName(field: string): string;
}

const PARTIAL_OPERATORS = new Set(['$exists', '$gt', '$gte', '$lt', '$lte', '$type', '$in', '$eq']);
const KEYS_MAX = 32;

/** Checks the indexes of one definition. Throws the first {@link DefinitionError}, naming collection and field. */
export function checkIndexes(collection: IndexedCollection, indexes: readonly IndexDefinition[]): void {
  const names = new Set<string>();
  for (const index of indexes) {
    const fail = (rule: string, subject = `index "${index.name}"`): never => {
      throw new DefinitionError(collection.name, subject, rule);
    };
    if (!/^[a-z][a-z0-9_]{0,62}$/.test(index.name)) fail('needs a name of 1–63 of [a-z0-9_]');
    if (names.has(index.name)) fail('has a name that is taken by another index');
    names.add(index.name);
    checkKeys(collection, index, fail);
    if (index.ttlSeconds !== undefined) checkTtl(collection, index, fail);
    if (index.partial !== undefined) checkPartial(collection, index.partial, fail);
  }
}

type Fail = (rule: string, subject?: string) => never;

function checkKeys(collection: IndexedCollection, index: IndexDefinition, fail: Fail): void {
  const keys = Object.keys(index.keys);
  if (keys.length === 0 || keys.length > KEYS_MAX) fail(`needs 1–${KEYS_MAX} keys`);
  if (collection.tenantScoped && index.ttlSeconds === undefined && keys[0] !== 'tenant_id') {
    fail('must start with tenant_id: a tenant query without it would read other tenants’ rows');
  }
  for (const key of keys) {
    if (fieldAt(collection.storage, collection.storageName(key)) === undefined)
      fail(`has a key on "${key}", which the schema does not define`);
  }
  if (keys.length === 1 && keys[0] === 'tenant_id' && index.partial === undefined && index.unique !== true) {
    fail('is covered by every other index of the collection; remove it');
  }
  if (index.unique === true && keys.map((key) => collection.storageName(key)).includes('_id')) {
    fail('is unique already: the id is the primary key');
  }
  for (const field of Object.keys(index.weights ?? {})) {
    if (index.keys[field] !== 'text') fail(`has a weight for "${field}", which is not a text key`);
  }
}

function checkTtl(collection: IndexedCollection, index: IndexDefinition, fail: Fail): void {
  const [key, ...others] = Object.keys(index.keys);
  if (key === undefined || others.length > 0) return fail('has a time to live, so it needs exactly one key');
  if (!Number.isInteger(index.ttlSeconds) || (index.ttlSeconds ?? -1) < 0) fail('needs ttlSeconds as an integer from 0');
  const types = fieldAt(collection.storage, collection.storageName(key))?.types;
  if (types?.has('date') !== true) fail(`has a time to live on "${key}", which is not a date`);
}

function checkPartial(collection: IndexedCollection, filter: Readonly<Record<string, unknown>>, fail: Fail): void {
  if (Object.keys(filter).length === 0) fail('has an empty partial filter; leave it out');
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and' || key === '$or') {
      if (!Array.isArray(condition) || condition.length === 0) fail(`has ${key} without a list in its partial filter`);
      for (const branch of condition as readonly Record<string, unknown>[]) checkPartial(collection, branch, fail);
      continue;
    }
    if (key.startsWith('$')) fail(`has ${key} in its partial filter, which a partial index cannot say`);
    if (fieldAt(collection.storage, collection.storageName(key)) === undefined) {
      fail(`has a partial filter on "${key}", which the schema does not define`);
    }
    checkCondition(key, condition, fail);
  }
}

function checkCondition(field: string, condition: unknown, fail: Fail): void {
  if (condition === null || typeof condition !== 'object' || condition instanceof Date) return;
  if (Array.isArray(condition)) return fail(`has a list for "${field}" in its partial filter; use $in`);
  for (const [operator, operand] of Object.entries(condition)) {
    if (!PARTIAL_OPERATORS.has(operator)) fail(`has ${operator} on "${field}" in its partial filter, which a partial index cannot say`);
    if (operator === '$exists' && operand !== true) fail(`has $exists: false on "${field}"; filter on null or a $type instead`);
  }
}
