import fc from 'fast-check';
import { newId } from '@caas/schema';
import { op } from '../../repository/operators.js';
import { type Arena } from '../arena.js';

/** Values that a careless layer would take for operators, patterns, code or another tenant. */
export function hostileValue({ them, me, theirIds }: Arena): fc.Arbitrary<unknown> {
  const tenants = [them.tenant.tenantId, me.tenant.tenantId];
  return fc.oneof(
    fc.constantFrom<unknown>(
      null,
      '',
      {},
      [],
      true,
      Number.NaN,
      { $ne: null },
      { $gt: '' },
      { $exists: true },
      { $regex: '.*' },
      /.*/,
      { $in: tenants },
      { $where: 'true' },
      { $expr: { $eq: [1, 1] } },
      { $function: { body: 'function () { return true; }', args: [], lang: 'js' } },
      { _bsontype: 'Code', code: 'true' },
      () => true,
      { toBSON: () => ({ $ne: null }) },
      '$tenant_id',
      '$$ROOT',
      ...tenants,
      ...theirIds,
      op.ne(''),
      op.exists(),
      op.in([...tenants, ...theirIds]),
      op.in([{ $ne: null } as never]),
      op.gt({ $gt: '' } as never),
      op.elemMatch({ $where: 'true' }),
      op.startsWith('.*'),
      op.startsWith({ $ne: null } as never),
    ),
    fc.string({ maxLength: 10 }),
  );
}

/** Names that reach for the tenant, the id, operators and the prototype, beside harmless ones. */
export const hostilePath: fc.Arbitrary<string> = fc.constantFrom(
  'tenant_id',
  'tenant_id.x',
  'tenant_id.0',
  '_id',
  'user_id',
  'user_id.x',
  'created_at',
  'deleted_at',
  '__v',
  '$where',
  '$or',
  '$and',
  '$nor',
  '$expr',
  '$comment',
  '$text',
  '$jsonSchema',
  'status.$ne',
  'tags.$',
  'tags.$[]',
  'members.$[m].role',
  'members.0.role',
  '__proto__',
  'constructor',
  'status',
  'handle',
  'secret',
  'members.role',
);

const entries = (arena: Arena): fc.Arbitrary<Record<string, unknown>> =>
  fc.dictionary(hostilePath, hostileValue(arena), { maxKeys: 3, noNullPrototype: true });

/** Filters of every form, joined and nested, also by operators written as data. */
export function hostileFilter(arena: Arena): fc.Arbitrary<never> {
  const leaf = entries(arena);
  const joined = fc.letrec<{ filter: unknown }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((parts) => op.or(...(parts as never[]))),
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((parts) => op.and(...(parts as never[]))),
      fc.array(tie('filter'), { minLength: 1, maxLength: 2 }).map((parts) => ({ $or: parts })),
    ),
  }));
  return fc.oneof(
    { weight: 5, arbitrary: joined.filter },
    { weight: 1, arbitrary: hostileValue(arena) },
    // Harmless ones as well: an attack that is always refused at its filter never gets to the change.
    { weight: 3, arbitrary: fc.constantFrom<unknown>({ status: 'active' }, { secret: op.ne('') }, { status: 'banned', sent: op.gte(0) }) },
  ) as fc.Arbitrary<never>;
}

/** Updates of every form: allowed kinds with hostile paths, MongoDB's own operators, pipelines, whole documents. */
export function hostileUpdate(arena: Arena): fc.Arbitrary<never> {
  const kind = fc.constantFrom(
    ...['set', 'unset', 'inc', 'min', 'max', 'push', 'addToSet', 'pull', 'pop', 'elements', 'rename', 'setOnInsert'],
    ...['$set', '$unset', '$inc', '$rename', '$setOnInsert', '$currentDate', '$replaceWith', '__proto__'],
  );
  const operand = fc.oneof(
    entries(arena),
    fc.dictionary(hostilePath, fc.record({ each: fc.array(hostileValue(arena), { maxLength: 2 }) }), { maxKeys: 2, noNullPrototype: true }),
    fc.array(hostilePath, { maxLength: 2 }),
    hostileValue(arena),
  );
  const change = fc.dictionary(kind, operand, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const pipeline = fc.array(fc.record({ $set: entries(arena) }), { maxLength: 2 });
  return fc.oneof(
    { weight: 5, arbitrary: change },
    { weight: 1, arbitrary: pipeline },
    { weight: 1, arbitrary: hostileValue(arena) },
    { weight: 2, arbitrary: fc.constantFrom<unknown>({ set: { status: 'banned' } }, { inc: { sent: 1 } }, { pull: { tags: 'a' } }) },
  ) as fc.Arbitrary<never>;
}

/** Documents that name another tenant, another's id, or hold operators. */
export function hostileDocument(arena: Arena, base: () => Record<string, unknown>): fc.Arbitrary<never> {
  const tenant = fc.option(
    hostileValue(arena).map((value) => ({ tenant_id: value })),
    { nil: {} },
  );
  return fc.tuple(entries(arena), tenant, fc.boolean()).map(([change, other, freshId]) => ({
    ...base(),
    ...(freshId ? { user_id: newId('usr') } : {}),
    ...change,
    ...other,
  })) as fc.Arbitrary<never>;
}
