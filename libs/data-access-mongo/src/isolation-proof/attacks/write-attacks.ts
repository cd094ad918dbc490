import { op } from '../../repository/operators.js';
import { ROWS } from '../arena.js';
import { type Attack, tries } from '../attack.js';
import { banned, foreignRows, meeting, moving, newRow, ownId, spread, upsertKeys } from './write-inputs.js';

/** Writes, each with everything that might reach beyond the own tenant. */
export const writeAttacks: readonly Attack[] = [
  {
    id: 'insert-foreign',
    kind: 'write',
    method: 'insert',
    title: 'insert in the other tenant’s name',
    run: tries((arena) => foreignRows(arena).map((row) => () => arena.me.rows.insert(row))),
  },
  {
    id: 'insert-many-foreign',
    kind: 'write',
    method: 'insertMany',
    title: 'insertMany with rows in the other tenant’s name among own ones',
    run: tries((arena) => foreignRows(arena).map((row) => () => arena.me.rows.insertMany([newRow(arena, {}), row]))),
  },
  {
    id: 'insert-over-foreign-id',
    kind: 'write',
    method: 'insertMany',
    title: 'insertMany under ids of the other tenant',
    run: tries(
      (arena) => [
        async () => {
          const { inserted } = await arena.me.rows.insertMany(arena.theirIds.map((id) => newRow(arena, { user_id: id })));
          await arena.me.jobs.purge({ user_id: op.in(arena.theirIds) });
          return inserted;
        },
      ],
      // Where the collections are apart, the ids are free; where it is shared, they are taken and nothing is told but that.
      (inserted, { model }) => model !== 'shared' || inserted.length === 0,
    ),
  },
  {
    id: 'update-foreign',
    kind: 'write',
    method: 'update',
    title: 'update of ids of the other tenant, with and without a version',
    run: tries(
      ({ me, theirIds }) =>
        theirIds.flatMap((id) => [() => me.rows.update(id, banned), () => me.rows.update(id, banned, { expectedVersion: 0 })]),
      () => false,
    ),
  },
  {
    id: 'update-moves-row',
    kind: 'write',
    method: 'update',
    title: 'updates of own rows that would give them another tenant or id',
    run: tries((arena) => moving(arena).map((change) => async () => arena.me.rows.update(await ownId(arena), change))),
  },
  {
    id: 'update-many',
    kind: 'write',
    method: 'updateMany',
    title: 'updateMany by filters that meet the other tenant, and by changes that move rows',
    run: tries(
      (arena) => [
        ...meeting(arena).map((filter) => () => arena.me.rows.updateMany(filter, banned)),
        ...moving(arena).map((change) => () => arena.me.rows.updateMany({ status: 'active' }, change)),
      ],
      ({ matched }) => matched === 0,
    ),
  },
  {
    id: 'find-one-and-update',
    kind: 'write',
    method: 'findOneAndUpdate',
    title: 'findOneAndUpdate by filters that meet the other tenant, and by changes that move rows',
    run: tries((arena) => [
      ...meeting(arena).map((filter) => () => arena.me.rows.findOneAndUpdate(filter, banned, { sort: { handle: -1 }, returnBefore: true })),
      ...moving(arena).map((change) => () => arena.me.rows.findOneAndUpdate({ status: 'active' }, change)),
    ]),
  },
  {
    id: 'upsert',
    kind: 'write',
    method: 'upsert',
    title: 'upserts without a tenant, with another one, with operators, over the other tenant’s natural keys',
    run: tries(
      (arena) => [
        ...upsertKeys(arena).map((key) => () => arena.me.rows.upsert(key, { create: newRow(arena, {}), change: banned })),
        ...foreignRows(arena).map((row) => () => arena.me.rows.upsert({ handle: 'new' }, { create: row, change: banned })),
        ...moving(arena).map((change) => () => arena.me.rows.upsert({ handle: 'new' }, { create: newRow(arena, {}), change })),
      ],
      ({ document }, { me }) => document.tenant_id === me.tenant.tenantId,
    ),
  },
  {
    id: 'find-or-create',
    kind: 'write',
    method: 'findOrCreate',
    title: 'findOrCreate without a tenant, with another one, with operators, over the other tenant’s natural keys',
    run: tries(
      (arena) => [
        ...upsertKeys(arena).map((key) => () => arena.me.rows.findOrCreate(key, newRow(arena, {}))),
        ...foreignRows(arena).map((row) => () => arena.me.rows.findOrCreate({ handle: 'other' }, row)),
      ],
      ({ document }, { me }) => document.tenant_id === me.tenant.tenantId,
    ),
  },
  {
    id: 'soft-delete',
    kind: 'write',
    method: 'softDelete',
    title: 'softDelete of ids of the other tenant',
    run: tries(
      ({ me, theirIds }) => theirIds.map((id) => () => me.rows.softDelete(id, 'thief')),
      (deleted) => !deleted,
    ),
  },
  {
    id: 'soft-delete-many',
    kind: 'write',
    method: 'softDeleteMany',
    title: 'softDeleteMany by filters that meet the other tenant, and with fields that move rows',
    run: tries(
      (arena) => [
        ...meeting(arena).map((filter) => () => arena.me.rows.softDeleteMany(filter, 'thief')),
        () => arena.me.rows.softDeleteMany({ status: 'banned' }, 'x', { set: { tenant_id: arena.them.tenant.tenantId } as never }),
      ],
      (deleted) => deleted <= ROWS,
    ),
  },
  {
    id: 'restore',
    kind: 'write',
    method: 'restore',
    title: 'restore of the other tenant’s deleted rows',
    run: tries(
      ({ me, theirIds }) => theirIds.map((id) => () => me.rows.restore(id)),
      () => false,
    ),
  },
  {
    id: 'delete',
    kind: 'write',
    method: 'delete',
    title: 'delete of ids of the other tenant',
    run: tries(
      ({ me, theirLinkIds }) => theirLinkIds.map((id) => () => me.links.delete(id)),
      (deleted) => !deleted,
    ),
  },
  {
    id: 'delete-many',
    kind: 'write',
    method: 'deleteMany',
    title: 'deleteMany by filters that meet the other tenant',
    run: tries(
      ({ me, them, theirLinkIds }) => [
        () => me.links.deleteMany({ message_id: op.in(theirLinkIds) }),
        () => me.links.deleteMany({ secret: them.secret }),
        () => me.links.deleteMany({ tenant_id: them.tenant.tenantId }),
        () => me.links.deleteMany({}),
        () => me.links.deleteMany(op.or({ seq: 99 }, {})),
        () => me.links.deleteMany({ $where: 'true' } as never),
      ],
      (deleted) => deleted === 0,
    ),
  },
  {
    id: 'find-one-and-delete',
    kind: 'write',
    method: 'findOneAndDelete',
    title: 'findOneAndDelete by filters that meet the other tenant',
    run: tries(
      ({ me, them, theirLinkIds }) => [
        () => me.links.findOneAndDelete({ message_id: op.in(theirLinkIds) }),
        () => me.links.findOneAndDelete({ secret: them.secret }),
        () => me.links.findOneAndDelete({ tenant_id: them.tenant.tenantId }),
      ],
      (deleted) => deleted === undefined,
    ),
  },
  {
    id: 'increment-many',
    kind: 'write',
    method: 'incrementMany',
    title: 'incrementMany on ids of the other tenant, and on kept fields',
    run: tries(
      (arena) => [
        () => arena.me.rows.incrementMany(arena.theirIds.map((id) => ({ id, field: 'sent', by: 1 }))),
        async () => arena.me.rows.incrementMany([{ id: await ownId(arena), field: 'tenant_id', by: 1 }]),
        async () => arena.me.rows.incrementMany([{ id: await ownId(arena), field: '__v', by: 1 }]),
      ],
      (values) => values.every((value) => value === undefined),
    ),
  },
  {
    id: 'update-many-by-id',
    kind: 'write',
    method: 'updateManyById',
    title: 'updateManyById on ids of the other tenant, with guards that name it, with changes that move rows',
    run: tries(
      (arena) => [
        () => arena.me.rows.updateManyById(arena.theirIds.map((id) => ({ id, ...banned }))),
        async () => arena.me.rows.updateManyById([{ id: await ownId(arena), where: { tenant_id: arena.them.tenant.tenantId }, ...banned }]),
        ...moving(arena).map((change) => async () => arena.me.rows.updateManyById([{ id: await ownId(arena), ...spread(change) }])),
      ],
      ({ matched }) => matched === 0,
    ),
  },
  {
    id: 'bulk-update',
    kind: 'write',
    method: 'bulkUpdate',
    title: 'bulkUpdate on ids of the other tenant, with guards that name it, with changes that move rows',
    run: tries(
      (arena) => [
        () => arena.me.rows.bulkUpdate(arena.theirIds.map((id) => ({ id, ...banned }))),
        async () => arena.me.rows.bulkUpdate([{ id: await ownId(arena), where: { tenant_id: arena.them.tenant.tenantId }, ...banned }]),
        ...moving(arena).map((change) => async () => arena.me.rows.bulkUpdate([{ id: await ownId(arena), ...spread(change) }])),
      ],
      ({ matched }) => matched === 0,
    ),
  },
  {
    id: 'purge',
    kind: 'write',
    method: 'purge',
    title: 'a life-cycle job’s purge by filters that meet the other tenant',
    run: tries(
      ({ me, them, theirIds }) => [
        () => me.jobs.purge({ secret: them.secret }),
        () => me.jobs.purge({ tenant_id: them.tenant.tenantId }),
        () => me.jobs.purge({ user_id: op.in(theirIds), secret: them.secret }),
        () => me.jobs.purge({ $where: 'true' } as never),
      ],
      (purged) => purged === 0,
    ),
  },
  {
    id: 'load-foreign',
    kind: 'write',
    method: 'load',
    title: 'a life-cycle job’s load of rows in the other tenant’s name',
    run: tries((arena) =>
      foreignRows(arena).map((row) => () => arena.me.jobs.load([{ ...spread(row), created_at: new Date(0) } as never])),
    ),
  },
];
