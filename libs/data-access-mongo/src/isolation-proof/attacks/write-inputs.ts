import { newId } from '@caas/schema';
import { op } from '../../repository/operators.js';
import { type Arena, proofRow } from '../arena.js';

/** A change that is right in itself. */
export const banned = { set: { status: 'banned' as const } };

/** Changes that would move a row to another tenant or give it another identity. */
export function moving({ them, theirIds }: Arena): readonly never[] {
  const { tenantId } = them.tenant;
  return [
    { set: { tenant_id: tenantId } },
    { set: { 'tenant_id.x': tenantId } },
    { set: { _id: theirIds[0] } },
    { set: { user_id: theirIds[0] } },
    { set: { 'user_id.x': theirIds[0] } },
    { set: { created_at: new Date(0), __v: 7 } },
    { set: { $where: 'true' } },
    { set: { 'tags.$': tenantId } },
    { set: { 'tags.$[]': tenantId } },
    { set: { 'tenant_id.$[t]': tenantId }, elements: { t: { x: 1 } } },
    { set: { 'members.$[m].role': 'x' }, elements: { m: { $where: 'true' } } },
    { set: { 'members.$[m].role': 'x' }, elements: {} },
    { set: { status: { $ne: null } } },
    { set: { members: [{ user_id: { $where: 'true' }, role: 'x' }] } },
    { unset: ['tenant_id'] },
    { unset: ['_id'] },
    { inc: { tenant_id: 1 } },
    { inc: { __v: 1 } },
    { min: { tenant_id: 0 } },
    { max: { deleted_at: new Date(0) } },
    { push: { tenant_id: { each: [tenantId] } } },
    { push: { tags: { each: ['x'], $sort: 1 } } },
    { push: { tags: { each: [{ $where: 'true' }] } } },
    { addToSet: { tenant_id: [tenantId] } },
    { pull: { tenant_id: tenantId } },
    { pull: { members: { $where: 'true' } } },
    { pop: { tenant_id: 'first' } },
    { rename: { secret: 'tenant_id' } },
    { setOnInsert: { tenant_id: tenantId } },
    { $set: { tenant_id: tenantId } },
    { $rename: { secret: 'tenant_id' } },
    { $replaceWith: { tenant_id: tenantId } },
    [{ $set: { tenant_id: tenantId } }],
    [{ $replaceWith: { _id: theirIds[0], tenant_id: tenantId } }],
    { tenant_id: tenantId },
    null,
    'x',
  ] as never[];
}

/** Filters that would let a write of one tenant meet rows of the other. */
export function meeting({ them, theirIds }: Arena): readonly never[] {
  return [
    { tenant_id: them.tenant.tenantId },
    { user_id: op.in(theirIds) },
    { secret: them.secret },
    op.or({ user_id: op.in(theirIds) } as never, { secret: them.secret } as never),
    {},
    op.and({}),
    op.or({ status: 'banned' } as never, {}),
    { $or: [{}] },
    { status: { $ne: null } },
  ] as never[];
}

/** A row of the attacker's, with what an attack puts into it. */
export const newRow = (arena: Arena, change: Record<string, unknown>): never => ({ ...proofRow(arena.me.secret), ...change }) as never;

/** Documents that would be, or become, the other tenant's. */
export const foreignRows = (arena: Arena): readonly never[] => [
  newRow(arena, { tenant_id: arena.them.tenant.tenantId }),
  newRow(arena, { tenant_id: null }),
  newRow(arena, { tenant_id: '' }),
  newRow(arena, { tenant_id: { $ne: null } }),
  newRow(arena, { tenant_id: [arena.me.tenant.tenantId] }),
  newRow(arena, { user_id: { $ne: null } }),
  newRow(arena, { user_id: newId('msg') }),
];

/** A row that the attacker may change; a new one when the attacks before left none. */
export async function ownId({ me }: Arena): Promise<string> {
  const row = await me.rows.findOne({ status: 'active', secret: me.secret }, { sort: { handle: 1 } });
  return row?.user_id ?? (await me.rows.insert(proofRow(me.secret))).user_id;
}

/** A change without a form has no fields to spread; what is no object stays what it is in a list. */
export function spread(change: never): Record<string, unknown> {
  return typeof change === 'object' && change !== null ? { ...(change as object) } : { set: change };
}

/** Keys of an upsert that are none, that reach beyond, or that both tenants have. */
export const upsertKeys = ({ them }: Arena): readonly never[] =>
  [
    {},
    { tenant_id: them.tenant.tenantId, handle: 'h0' },
    { tenant_id: { $ne: null }, handle: 'h0' },
    { handle: { $ne: null } },
    { handle: op.ne('') },
    { secret: them.secret },
    { status: 'active' },
    { 'members.0': 'x' },
    { $or: [{ handle: 'h0' }] },
    { handle: 'h1' },
    null,
  ] as never[];
