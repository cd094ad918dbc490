/** A query without its values: what an index has to serve. */
export interface QueryShape {
  /** The driver's method: `find`, `updateOne`, `aggregate`… */
  readonly method: string;
  /** Stands for all queries that differ in values only: `find {status:?,tenant_id:?} sort {created_at:-1}`. */
  readonly text: string;
  /** Fields compared for equality, `$in` included, in alphabetical order. */
  readonly equality: readonly string[];
  /** Fields compared otherwise. */
  readonly range: readonly string[];
  /** In order. */
  readonly sort: readonly (readonly [field: string, direction: 1 | -1])[];
  readonly skip: number;
}

const EQUALITY = new Set(['$eq', '$in', '$all']);
const PLACEHOLDER = '?';
const DEPTH_MAX = 6;

/** The shape of a call of a driver collection. Values never appear, whatever their type; names of fields and operators do. */
export function shapeOfCall(method: string, args: readonly unknown[]): QueryShape {
  if (method === 'aggregate') return shapeOfPipeline(args[0]);
  if (method === 'insertOne' || method === 'insertMany') return shapeOf({ method, filter: {} });
  if (method === 'bulkWrite') {
    const [first] = (args[0] ?? []) as readonly Record<string, { filter?: unknown }>[];
    const [kind = 'empty', operation] = Object.entries(first ?? {})[0] ?? [];
    return shapeOf({ method: `${method}.${kind}`, filter: operation?.filter ?? {} });
  }
  const [filter, second, third] = method === 'distinct' ? [args[1], args[0], args[2]] : args;
  const options = (method === 'find' || method === 'findOne' || method === 'countDocuments' ? second : third) as Options | undefined;
  return shapeOf({ method, filter, sort: options?.sort, skip: options?.skip });
}

interface Options {
  readonly sort?: unknown;
  readonly skip?: number;
}

/** The shape of a query that is given by its parts. */
export function shapeOf(query: { method: string; filter: unknown; sort?: unknown; skip?: number | undefined }): QueryShape {
  const fields = { equality: new Set<string>(), range: new Set<string>() };
  collectFields(query.filter, fields);
  const sort = sortEntries(query.sort);
  const order = sort.length === 0 ? '' : ` sort {${sort.map(([field, direction]) => `${field}:${direction}`).join(',')}}`;
  return {
    method: query.method,
    text: `${query.method} ${normalised(query.filter)}${order}${(query.skip ?? 0) > 0 ? ' skip ?' : ''}`,
    equality: [...fields.equality].toSorted(),
    range: [...fields.range].filter((field) => !fields.equality.has(field)).toSorted(),
    sort,
    skip: query.skip ?? 0,
  };
}

/** What leads a pipeline can use an index: `$match`, then `$sort`. The other stages are named. */
function shapeOfPipeline(pipeline: unknown): QueryShape {
  const stages = (Array.isArray(pipeline) ? pipeline : []) as readonly Record<string, unknown>[];
  const match = stages.find((stage) => '$match' in stage)?.['$match'] ?? {};
  const sort = stages.find((stage) => '$sort' in stage)?.['$sort'];
  const shape = shapeOf({ method: 'aggregate', filter: match, sort });
  return { ...shape, text: `${shape.text} stages ${stages.flatMap((stage) => Object.keys(stage)).join(',')}` };
}

function collectFields(filter: unknown, fields: { equality: Set<string>; range: Set<string> }): void {
  if (!isPlain(filter)) return;
  for (const [name, condition] of Object.entries(filter)) {
    // Branches of $or need an index each; advice for them would be guessing.
    if (name === '$and' && Array.isArray(condition)) for (const branch of condition) collectFields(branch, fields);
    else if (!name.startsWith('$')) (isEquality(condition) ? fields.equality : fields.range).add(name);
  }
}

function isEquality(condition: unknown): boolean {
  if (!isPlain(condition)) return true;
  const operators = Object.keys(condition).filter((key) => key.startsWith('$'));
  return operators.length === 0 || operators.every((operator) => EQUALITY.has(operator));
}

/** Keys in alphabetical order, because their order in a filter means nothing; lists shown as one element. */
function normalised(value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX) return '…';
  if (Array.isArray(value)) {
    const elements = new Set(value.map((item) => normalised(item, depth + 1)));
    return `[${[...elements].toSorted().join(',')}]`;
  }
  if (!isPlain(value)) return PLACEHOLDER;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, item]) => `${name}:${normalised(item, depth + 1)}`).join(',')}}`;
}

function sortEntries(sort: unknown): [string, 1 | -1][] {
  const entries = Array.isArray(sort) ? (sort as [string, unknown][]) : isPlain(sort) ? Object.entries(sort) : [];
  return entries.map(([field, direction]) => [field, direction === -1 ? -1 : 1]);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
