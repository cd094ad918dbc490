import fc from 'fast-check';
import { type Arena, proofRow } from '../arena.js';
import { type Attack, type AttackedMethod, judge, type Try } from '../attack.js';
import { hostileDocument, hostileFilter, hostileUpdate } from './hostile-values.js';
import { hostilePipeline } from './hostile-pipelines.js';

interface Property {
  readonly method: AttackedMethod;
  readonly title: string;
  readonly input: (arena: Arena) => fc.Arbitrary<readonly never[]>;
  readonly attempt: (arena: Arena, input: readonly never[]) => unknown;
}

const filters = (arena: Arena): fc.Arbitrary<readonly never[]> => fc.tuple(hostileFilter(arena));
const updates = (arena: Arena): fc.Arbitrary<readonly never[]> => fc.tuple(hostileFilter(arena), hostileUpdate(arena));
/** Keys that a unique index holds, and others. */
const keys = (arena: Arena): fc.Arbitrary<readonly never[]> =>
  fc.tuple(
    fc.oneof(
      hostileFilter(arena),
      fc.integer({ min: 0, max: 9 }).map((handle) => ({ handle: `h${handle}` }) as never),
    ),
    hostileUpdate(arena),
  );
const documents = (arena: Arena): fc.Arbitrary<readonly never[]> =>
  fc.tuple(hostileDocument(arena, () => ({ ...proofRow(arena.me.secret) })));
const all = { includeDeleted: true } as const;

/** Each method that takes a filter, a change, a document or a pipeline, with generated hostile ones. */
const PROPERTIES: readonly Property[] = [
  { method: 'findOne', title: 'filters', input: filters, attempt: ({ me }, [filter]) => me.rows.findOne(filter as never, all) },
  { method: 'findMany', title: 'filters', input: filters, attempt: ({ me }, [filter]) => me.rows.findMany(filter as never, all) },
  { method: 'distinct', title: 'filters', input: filters, attempt: ({ me }, [filter]) => me.rows.distinct('secret', filter as never, all) },
  {
    method: 'page',
    title: 'filters',
    input: filters,
    attempt: ({ me }, [filter]) => me.rows.page(filter as never, { sort: { created_at: 1 }, ...all }),
  },
  {
    method: 'pageByOffset',
    title: 'filters',
    input: filters,
    attempt: ({ me }, [filter]) => me.rows.pageByOffset(filter as never, { sort: { created_at: 1 }, page: 1, ...all }),
  },
  { method: 'insert', title: 'documents', input: documents, attempt: ({ me }, [row]) => me.rows.insert(row as never) },
  { method: 'insertMany', title: 'documents', input: documents, attempt: ({ me }, [row]) => me.rows.insertMany([row as never]) },
  {
    method: 'updateMany',
    title: 'filters and changes',
    input: updates,
    attempt: ({ me }, [filter, change]) => me.rows.updateMany(filter as never, change as never),
  },
  {
    method: 'findOneAndUpdate',
    title: 'filters and changes',
    input: updates,
    attempt: ({ me }, [filter, change]) => me.rows.findOneAndUpdate(filter as never, change as never),
  },
  {
    method: 'upsert',
    title: 'keys and changes',
    input: keys,
    attempt: ({ me }, [key, change]) => me.rows.upsert(key as never, { create: proofRow(me.secret), change: change as never }),
  },
  {
    method: 'softDeleteMany',
    title: 'filters',
    input: filters,
    attempt: ({ me }, [filter]) => me.rows.softDeleteMany(filter as never, 'thief'),
  },
  { method: 'deleteMany', title: 'filters', input: filters, attempt: ({ me }, [filter]) => me.links.deleteMany(filter as never) },
  {
    method: 'aggregate',
    title: 'pipelines',
    input: (arena) => fc.tuple(hostilePipeline(arena)),
    attempt: ({ me }, [pipeline]) => me.rows.aggregate(pipeline as never, all),
  },
  {
    method: 'aggregate',
    title: 'conditions',
    input: filters,
    attempt: ({ me }, [where]) => me.rows.aggregate([], { where: where as never, ...all }),
  },
];

/** Generated attacks; the seed of the report repeats them. */
export const propertyAttacks: readonly Attack[] = PROPERTIES.map(({ method, title, input, attempt }) => ({
  id: `generated-${kebab(method)}-${title.replaceAll(' ', '-')}`,
  kind: method === 'aggregate' ? 'pipeline' : method.startsWith('find') || method.startsWith('page') ? 'read' : 'write',
  method,
  title: `${method} with generated hostile ${title}`,
  run: async (arena, { runs, seed }) => {
    const before = await arena.theirData();
    const outcomes: Try[] = [];
    for (const sample of fc.sample(input(arena), { numRuns: runs, seed })) {
      const outcome = await judge(arena, () => attempt(arena, sample), { before });
      outcomes.push('reason' in outcome ? { ...outcome, reason: `${outcome.reason}; input ${fc.stringify(sample)}` } : outcome);
      // A change that is allowed may have taken the own rows away or made them look different; an empty arena proves nothing.
      await arena.me.rows.insert(proofRow(arena.me.secret));
    }
    return outcomes;
  },
}));

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
