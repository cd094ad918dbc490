import { type Namespace } from '../tenancy/namespaces.js';

/** One place where the server and a definition say different things. Values are absent where one side says nothing. */
export interface Difference {
  /** Dotted: `validator.$jsonSchema.properties.body.maxLength`, `unique`, `keys`. */
  readonly path: string;
  readonly actual?: unknown;
  readonly defined?: unknown;
}

/** Kinds that an `ensure` carries out. Those that take something away are planned only when its options allow them. */
export const MENDING_KINDS = [
  'create_collection',
  'set_validator',
  'set_pre_images',
  'create_index',
  'set_ttl',
  'replace_index',
  'drop_index',
] as const;

/**
 * One difference between a definition and the server, and what becomes of it.
 *
 * - one of {@link MENDING_KINDS}: carried out, or only planned when the report is of a dry run;
 * - `skipped`: the server lacks the means;
 * - `conflict`: mending takes something away or needs a decision; `next` says which;
 * - `unknown`: an index that no definition names.
 */
export interface SchemaChange {
  readonly kind: (typeof MENDING_KINDS)[number] | 'skipped' | 'conflict' | 'unknown';
  readonly namespace: Namespace;
  /** `validator`, `pre_images`, the name of the collection, or the name of the index. */
  readonly subject: string;
  readonly differences?: readonly Difference[];
  /** Why it is skipped, unknown or in conflict. */
  readonly reason?: string;
  /** What to do about it. Set wherever somebody has to do something. */
  readonly next?: string;
}

/** A namespace that could not be compared or mended; the others were. */
export interface SchemaFailure {
  readonly namespace: Namespace;
  readonly message: string;
  readonly next: string;
}

/** What differed and what became of it. */
export interface SchemaReport {
  /** Carried out, or only planned when `dryRun`. Empty when everything is in place. */
  readonly changes: readonly SchemaChange[];
  /** What the server lacks the means for, with the capability that is missing. */
  readonly skipped: readonly SchemaChange[];
  /** What needs a decision; nothing was done about it. */
  readonly conflicts: readonly SchemaChange[];
  /** Indexes that no definition names; nothing was done about them. */
  readonly unknown: readonly SchemaChange[];
  /** Always empty when one place was asked for: that rejects instead. */
  readonly failed: readonly SchemaFailure[];
  /** Namespaces that were compared. */
  readonly namespaces: number;
  readonly dryRun: boolean;
}

/** Sorts what was found into a report. */
export function schemaReport(
  found: readonly SchemaChange[],
  { failed = [], namespaces, dryRun }: { failed?: readonly SchemaFailure[]; namespaces: number; dryRun: boolean },
): SchemaReport {
  const of = (...kinds: readonly SchemaChange['kind'][]): SchemaChange[] => found.filter(({ kind }) => kinds.includes(kind));
  return {
    changes: of(...MENDING_KINDS),
    skipped: of('skipped'),
    conflicts: of('conflict'),
    unknown: of('unknown'),
    failed,
    namespaces,
    dryRun,
  };
}

/** Whether anything is not as defined, apart from what the server cannot have. */
export function hasDrift({ changes, conflicts, unknown, failed }: SchemaReport): boolean {
  return changes.length + conflicts.length + unknown.length + failed.length > 0;
}
