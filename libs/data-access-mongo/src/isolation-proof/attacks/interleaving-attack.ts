import fc from 'fast-check';
import { op } from '../../repository/operators.js';
import { type Arena, proofRow, type Side } from '../arena.js';
import { type Attack, type Try } from '../attack.js';

const HANDLES = ['x0', 'x1', 'x2', 'x3'] as const;

/** What a tenant expects to have: sent messages by handle, of live rows that this attack made. */
type Model = Map<string, number>;

interface Step {
  /** 0: the own tenant, 1: the other. */
  readonly side: 0 | 1;
  readonly act: 'upsert' | 'increment' | 'updateMany' | 'softDelete' | 'softDeleteMany';
  readonly handle: (typeof HANDLES)[number];
  readonly by: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  side: fc.constantFrom<0 | 1>(0, 1),
  act: fc.constantFrom('upsert', 'increment', 'updateMany', 'softDelete', 'softDeleteMany'),
  handle: fc.constantFrom(...HANDLES),
  by: fc.integer({ min: 1, max: 5 }),
});

const STEPS_MAX = 12;
/** Each sequence is a dozen writes, so a share of the runs of the other attacks will do. */
const SHARE = 5;

/** Both tenants work on the same natural keys in turns; each must find exactly what it did itself. */
export const interleavingAttack: Attack = {
  id: 'interleaved-writes',
  kind: 'interleaving',
  title: 'two tenants write rows with the same natural keys in turns',
  run: async (arena, { runs, seed }) => {
    const sequences = fc.sample(fc.array(step, { minLength: 4, maxLength: STEPS_MAX }), { numRuns: Math.ceil(runs / SHARE), seed });
    const outcomes: Try[] = [];
    for (const sequence of sequences) outcomes.push(await play(arena, sequence));
    return outcomes;
  },
};

async function play({ me, them }: Arena, sequence: readonly Step[]): Promise<Try> {
  const sides = [me, them] as const;
  const models: readonly [Model, Model] = [new Map(), new Map()];
  try {
    for (const { side, ...what } of sequence) await act(sides[side], models[side], what);
    for (const index of [0, 1] as const) {
      const rows = await sides[index].rows.findMany(
        { handle: op.in(HANDLES) },
        { select: ['handle', 'sent', 'secret'], readFrom: 'primary' },
      );
      const found = new Map(rows.map(({ handle, sent }) => [handle ?? '', sent]));
      const own = rows.every(({ secret }) => secret === sides[index].secret);
      if (!own || !same(found, models[index]))
        return { outcome: 'breached', reason: `a tenant found other rows than its own: ${fc.stringify(sequence)}` };
    }
    return { outcome: 'confined' };
  } catch (error) {
    return { outcome: 'failed', reason: String(error) };
  } finally {
    for (const { jobs } of sides) await jobs.purge({ handle: op.in(HANDLES) });
  }
}

async function act({ rows, secret }: Side, model: Model, { act: name, handle, by }: Omit<Step, 'side'>): Promise<void> {
  switch (name) {
    case 'upsert': {
      await rows.upsert({ handle }, { create: proofRow(secret, { handle, sent: by }), change: { set: { sent: by } } });
      model.set(handle, by);
      return;
    }
    case 'increment': {
      const row = await rows.findOne({ handle });
      const [after] = await rows.incrementMany([{ id: row?.user_id ?? (await rows.insert(proofRow(secret))).user_id, field: 'sent', by }]);
      if (row !== undefined && after !== undefined) model.set(handle, (model.get(handle) ?? 0) + by);
      return;
    }
    case 'updateMany': {
      await rows.updateMany({ handle: op.in(HANDLES) }, { inc: { sent: by } });
      for (const [key, sent] of model) model.set(key, sent + by);
      return;
    }
    case 'softDelete': {
      const row = await rows.findOne({ handle });
      if (row !== undefined) await rows.softDelete(row.user_id, 'proof');
      model.delete(handle);
      return;
    }
    case 'softDeleteMany': {
      await rows.softDeleteMany({ handle, sent: op.gte(by) }, 'proof');
      if ((model.get(handle) ?? 0) >= by) model.delete(handle);
      return;
    }
  }
}

function same(left: Model, right: Model): boolean {
  return left.size === right.size && [...left].every(([key, value]) => right.get(key) === value);
}
