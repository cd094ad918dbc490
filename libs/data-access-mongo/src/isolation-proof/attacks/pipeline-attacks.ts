import { AppError } from '@caas/runtime';
import { op } from '../../repository/operators.js';
import { type Arena, ROWS } from '../arena.js';
import { type Attack, judge, type Try, tries } from '../attack.js';
import { lookup, unionWith } from '../../repository/pipeline/joins.js';
import { hiddenForbiddenStages } from './hostile-pipelines.js';

/** Pipelines: stages that must be refused, and allowed ones that must stay within the own rows. */
export const pipelineAttacks: readonly Attack[] = [
  {
    id: 'aggregate-forbidden-stages',
    kind: 'pipeline',
    method: 'aggregate',
    title: 'stages and operators that read, write or run something else, also inside facets and joins',
    run: refuseAll,
  },
  {
    id: 'aggregate-allowed-stages',
    kind: 'pipeline',
    method: 'aggregate',
    title: 'groups, facets and projections over everything that is in reach',
    run: tries(({ me, them, theirIds }) => [
      () => me.rows.aggregate([]),
      () => me.rows.aggregate([{ $group: { _id: '$tenant_id', rows: { $push: '$$ROOT' } } }], { includeDeleted: true }),
      () => me.rows.aggregate([{ $facet: { all: [{ $match: {} }], secrets: [{ $sortByCount: '$secret' }] } }], { includeDeleted: true }),
      () => me.rows.aggregate([{ $match: { $or: [{ _id: { $in: [...theirIds] } }, { secret: them.secret }] } }]),
      () => me.rows.aggregate([{ $match: { $expr: { $ne: ['$tenant_id', ''] } } }], { includeDeleted: true }),
      () => me.rows.aggregate([{ $redact: '$$KEEP' }], { where: { user_id: op.in(theirIds) }, includeDeleted: true }),
    ]),
  },
  {
    id: 'aggregate-count',
    kind: 'pipeline',
    method: 'aggregate',
    title: 'the number of rows that a pipeline sees',
    run: tries(
      ({ me }) => [() => me.rows.aggregate<{ rows: number }>([{ $group: { _id: null, rows: { $sum: 1 } } }], { includeDeleted: true })],
      ([counted]) => (counted?.rows ?? 0) <= 2 * ROWS,
    ),
  },
  {
    id: 'aggregate-lookup',
    kind: 'pipeline',
    method: 'aggregate',
    title: 'lookup by fields that both tenants share',
    run: tries(({ me, collections: { links, rows } }) => [
      () => me.rows.aggregate([lookup(links, { as: 'links', pipeline: [] })]),
      () => me.rows.aggregate([lookup(rows, { as: 'others', pipeline: [{ $match: { status: 'active' } }], includeDeleted: true })]),
    ]),
  },
  {
    id: 'aggregate-union',
    kind: 'pipeline',
    method: 'aggregate',
    title: 'unionWith of whole collections',
    run: tries(({ me, collections: { links, rows } }) => [
      () => me.rows.aggregate([unionWith(rows, { includeDeleted: true }), unionWith(links)]),
    ]),
  },
  {
    id: 'aggregate-text',
    kind: 'pipeline',
    method: 'aggregate',
    title: '$text in the first stage',
    needs: 'textSearch',
    run: tries(({ me, them }) => [
      () => me.rows.aggregate([{ $match: { $text: { $search: 'needle' } } }]),
      () => me.rows.aggregate([{ $match: { $text: { $search: 'needle' }, tenant_id: them.tenant.tenantId } }]),
      () => me.rows.aggregate([{ $match: { $text: { $search: 'needle' }, $or: [{ tenant_id: them.tenant.tenantId }] } }]),
    ]),
  },
];

/** An answer is a breach here, whatever is in it: the stage should not have reached the server. */
async function refuseAll(arena: Arena): Promise<readonly Try[]> {
  const before = await arena.theirData();
  const outcomes: Try[] = [];
  for (const pipeline of hiddenForbiddenStages(arena)) {
    const attempt = (): Promise<unknown> => arena.me.rows.aggregate(pipeline as never);
    const outcome = await judge(arena, () => refusedBeforeDriver(attempt), { before, held: () => false });
    outcomes.push(outcome.outcome === 'breached' ? { ...outcome, reason: `reached the server: ${JSON.stringify(pipeline)}` } : outcome);
  }
  return outcomes;
}

/** A refusal by the server comes too late: it means that another server would have run the stage. */
async function refusedBeforeDriver(attempt: () => Promise<unknown>): Promise<unknown> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof AppError && error.cause !== undefined) return 'refused by the server';
    throw error;
  }
}
