import { hasDrift, type SchemaChange, type SchemaReport } from '@caas/data-access-mongo';
import { type Diagnosis, differs, fault, ok, warning } from '../check.js';
import { someOf } from '../some-of.js';

const MEND = 'caas-admin schema apply --dry-run shows what would be done; then without it.';

const SAYING: Readonly<Record<SchemaChange['kind'], string>> = {
  create_collection: 'missing collections',
  set_validator: 'drifted validators',
  set_pre_images: 'collections without pre-images',
  create_index: 'missing indexes',
  set_ttl: 'indexes with another time to live',
  replace_index: 'drifted indexes',
  drop_index: 'indexes to drop',
  skipped: 'left out',
  conflict: 'drifted, and mending takes something away',
  unknown: 'indexes that no definition names',
};

/** Collections, validators and indexes against their definitions: one line for each kind of difference. */
export function judgeSchema(report: SchemaReport): readonly Diagnosis[] {
  const failed = report.failed.map(({ namespace, message, next }) => fault(`${placeOf(namespace)}: ${message}`, next));
  if (!hasDrift(report)) return [ok(`${report.namespaces} collections as defined`)];
  return [
    ...failed,
    ...byKind(withoutParts(report.changes)).map(([kind, changes]) => differs(`${SAYING[kind]}: ${someOf(changes.map(nameOf))}`, MEND)),
    ...byKind(report.conflicts).map(([kind, changes]) => differs(`${SAYING[kind]}: ${someOf(changes.map(whyOf))}`, adviceOf(changes))),
    ...byKind(report.unknown).map(([kind, changes]) => warning(`${SAYING[kind]}: ${someOf(changes.map(nameOf))}`, adviceOf(changes))),
  ];
}

/** The indexes of a collection that is not there need no line of their own. */
function withoutParts(changes: readonly SchemaChange[]): readonly SchemaChange[] {
  const missing = new Set(changes.filter(({ kind }) => kind === 'create_collection').map(({ namespace }) => placeOf(namespace)));
  return changes.filter(({ kind, namespace }) => kind === 'create_collection' || !missing.has(placeOf(namespace)));
}

function byKind(changes: readonly SchemaChange[]): (readonly [SchemaChange['kind'], readonly SchemaChange[]])[] {
  return [...new Set(changes.map(({ kind }) => kind))].map((kind) => [kind, changes.filter((change) => change.kind === kind)] as const);
}

const placeOf = ({ database, collection }: SchemaChange['namespace']): string => `${database}.${collection}`;
const nameOf = ({ kind, namespace, subject }: SchemaChange): string =>
  kind === 'create_collection' ? placeOf(namespace) : `${placeOf(namespace)} ${subject}`;
const whyOf = (change: SchemaChange): string => [nameOf(change), change.reason].filter(Boolean).join(': ');
const adviceOf = (changes: readonly SchemaChange[]): string => changes.find(({ next }) => next !== undefined)?.next ?? MEND;
