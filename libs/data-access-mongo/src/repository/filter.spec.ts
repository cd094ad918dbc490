import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Long, ObjectId } from 'mongodb';
import { newId, newTenantId } from '@caas/schema';
import { apps, lines, people } from '../fixtures/definitions.fixture.js';
import { type DocumentOf } from '../index.js';
import { compileFilter, type FilterScope, refuseEmptyFilter } from './filter.js';
import { op } from './operators.js';

const own = newTenantId();
const other = newTenantId();
const inPeople: FilterScope = { definition: people, tenantId: own };
const inLines: FilterScope = { definition: lines, tenantId: own };

describe('compileFilter', () => {
  it('puts the tenant first and leaves out what is deleted', () => {
    const compiled = compileFilter(inPeople, { status: 'active' });

    expect(compiled).toEqual({ tenant_id: own, status: 'active', deleted_at: null });
    expect(Object.keys(compiled)[0]).toBe('tenant_id');
  });

  it('confines the empty filter', () => {
    expect(compileFilter(inLines, {})).toEqual({ tenant_id: own });
  });

  it('shows what is deleted on request only', () => {
    const when = new Date(0);

    expect(compileFilter(inPeople, {}, { includeDeleted: true })).toEqual({ tenant_id: own });
    expect(compileFilter(inPeople, { deleted_at: when })).toEqual({ tenant_id: own, $and: [{ deleted_at: when }, { deleted_at: null }] });
  });

  it('names the id as it is stored', () => {
    const id = newId('msg');

    expect(compileFilter(inLines, { message_id: id })).toEqual({ tenant_id: own, _id: id });
    expect(compileFilter(inLines, { message_id: op.in([id]) })).toEqual({ tenant_id: own, _id: { $in: [id] } });
  });

  it('knows every operator', () => {
    const at = new Date(0);

    expect(
      compileFilter(
        inLines,
        op.and<DocumentOf<typeof lines>>(
          { seq: op.gt(2 ** 31), body: op.ne('x') },
          op.or({ seq: op.lte(5) }, { seq: op.gte(7), created_at: op.lt(at) }, { 'readers.at': op.exists() }),
          { readers: op.elemMatch({ user_id: 'usr_x', at: op.gt(at) }) },
        ),
      ),
    ).toEqual({
      tenant_id: own,
      $and: [
        { seq: { $gt: Long.fromNumber(2 ** 31) }, body: { $ne: 'x' } },
        { $or: [{ seq: { $lte: 5 } }, { seq: { $gte: 7 }, created_at: { $lt: at } }, { 'readers.at': { $exists: true } }] },
        { readers: { $elemMatch: { user_id: 'usr_x', at: { $gt: at } } } },
      ],
    });
  });

  it('takes a tenant’s own id and drops it, at every depth', () => {
    expect(compileFilter(inLines, op.or<DocumentOf<typeof lines>>({ tenant_id: own, seq: 1 }, { seq: 2 }))).toEqual({
      tenant_id: own,
      $or: [{ seq: 1 }, { seq: 2 }],
    });
  });

  it.each<[string, unknown]>([
    ['another tenant', { tenant_id: other }],
    ['another tenant below op.or', op.or<DocumentOf<typeof lines>>({ seq: 1 }, op.and({ tenant_id: other }))],
    ['a condition on the tenant', { tenant_id: op.in([own, other]) }],
    ['undefined as the tenant', { tenant_id: undefined }],
    ['null as the tenant', { tenant_id: null }],
    ['an object as the tenant', { tenant_id: { $ne: null } }],
  ])('refuses %s', (_, filter) => {
    expect(() => compileFilter(inLines, filter)).toThrow(expect.objectContaining({ code: 'AUTHZ_CROSS_TENANT' }));
  });

  it.each<[string, unknown, string]>([
    ['an operator object', { body: { $ne: null } }, '/body'],
    ['an object that imitates op', { body: { name: '$ne', operand: null } }, '/body'],
    ['a nested object', { profile: { name: 'x' } }, '/body'],
    ['a list', { body: ['a'] }, '/body'],
    ['a pattern', { body: /a/ }, '/body'],
    ['a function', { body: () => true }, '/body'],
    ['a driver type', { body: new ObjectId() }, '/body'],
    ['undefined', { body: undefined }, '/body'],
    ['NaN', { seq: Number.NaN }, '/seq'],
    ['an invalid date', { created_at: new Date(Number.NaN) }, '/created_at'],
    ['an object inside op.in', { body: op.in([{ $gt: '' } as never]) }, '/body'],
    ['an object inside op.gt', { body: op.gt({ $gt: '' } as never) }, '/body'],
    ['an object inside op.elemMatch', { readers: op.elemMatch({ user_id: { $gt: '' } as never }) }, '/readers/user_id'],
    ['$where', { $where: 'true' }, '/$where'],
    ['$or as a field', { $or: [{}] }, '/$or'],
    ['an operator inside op.elemMatch', { readers: op.elemMatch({ $or: 'x' }) }, '/readers/$or'],
  ])('refuses %s in place of a value', (_, filter, field) => {
    const scope = field === '/body' && 'profile' in (filter as object) ? inPeople : inLines;
    const expected = scope === inPeople ? '/profile' : field;

    expect(() => compileFilter(scope, filter)).toThrow(
      expect.objectContaining({ code: 'VAL_FAILED', issues: [expect.objectContaining({ field: expected })] }),
    );
  });

  it.each<[string, unknown]>([
    ['a text', 'x'],
    ['nothing', undefined],
    ['null', null],
    ['a list', [{ seq: 1 }]],
    ['an instance', new Map([['seq', 1]])],
  ])('refuses %s in place of a filter', (_, filter) => {
    expect(() => compileFilter(inLines, filter)).toThrow(expect.objectContaining({ code: 'VAL_FAILED' }));
  });

  it.each(['nothing', 'readers.nothing', '_id', '__proto__x'])('says that the field %s does not exist', (field) => {
    expect(() => compileFilter(inLines, { [field]: 'x' })).toThrow(/has no field/);
  });

  it('never repeats a value in a message', () => {
    expect(() => compileFilter(inLines, { body: { secret: 'hunter2' } })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
    );
  });

  it('leaves the tenant of a platform collection to its own field', () => {
    expect(compileFilter({ definition: apps, tenantId: undefined }, { tenant_id: other })).toEqual({ tenant_id: other });
  });
});

/** Anything that a caller could hand in: honest filters, hostile objects, and mixtures of both. */
const hostileFilter = (): fc.Arbitrary<unknown> => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.date(), fc.constantFrom<string>(own, other));
  const hostile = fc.oneof(
    scalar,
    fc.constant(undefined),
    fc.dictionary(fc.constantFrom('$ne', '$gt', '$in', '$where', '$exists', '$or', '$expr', 'tenant_id'), fc.anything()),
    fc.array(fc.anything(), { maxLength: 3 }),
    fc.constant(/./),
  );
  const condition = fc.oneof(
    hostile,
    fc.array(scalar, { maxLength: 3 }).map((values) => op.in(values)),
    hostile.map((value) => op.gt(value as string)),
    hostile.map((value) => op.ne(value as string)),
    fc.boolean().map((value) => op.exists(value)),
    fc.dictionary(fc.constantFrom('user_id', 'at', '$where', 'tenant_id'), hostile).map((filter) => op.elemMatch(filter as never)),
  );
  const field = fc.constantFrom(
    'tenant_id',
    'message_id',
    'seq',
    'body',
    'readers',
    'readers.user_id',
    '$or',
    '$and',
    '$nor',
    '$where',
    '$expr',
    '__proto__',
    '_id',
  );
  const fields = fc.dictionary(field, condition, { maxKeys: 4 });
  return fc.letrec<{ filter: unknown }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fields,
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((parts) => op.or(...(parts as never[]))),
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((parts) => op.and(...(parts as never[]))),
      fc.anything(),
    ),
  })).filter;
};

const ALLOWED_KEYS = new Set(['$in', '$gt', '$gte', '$lt', '$lte', '$ne', '$exists', '$elemMatch', '$and', '$or']);

function operatorsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(operatorsIn);
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Long || value instanceof Uint8Array)
    return [];
  return Object.entries(value).flatMap(([key, inner]) => [...(key.startsWith('$') ? [key] : []), ...operatorsIn(inner)]);
}

describe('no filter escapes its tenant', () => {
  it('either refuses a filter or confines it, whatever its shape', () => {
    let confined = 0;
    fc.assert(
      fc.property(hostileFilter(), (filter) => {
        let compiled: Record<string, unknown>;
        try {
          compiled = compileFilter(inLines, filter);
        } catch (error) {
          return error instanceof Error && 'code' in error;
        }
        confined += 1;
        // The top level of a filter is a conjunction, so an equality there holds for every row that is found.
        expect(Object.hasOwn(compiled, 'tenant_id') && compiled['tenant_id']).toBe(own);
        expect(JSON.stringify(compiled)).not.toContain(`"tenant_id":"${other}"`);
        expect(operatorsIn(compiled).filter((key) => !ALLOWED_KEYS.has(key))).toEqual([]);
        return true;
      }),
      { numRuns: 2_000 },
    );

    expect(confined).toBeGreaterThan(100);
  });
});

describe('op.startsWith and op.nin', () => {
  it('match a text as it stands, from its beginning', () => {
    expect(compileFilter(inLines, { body: op.startsWith('1+1 (a|b)$') })).toEqual({
      tenant_id: own,
      body: { $regex: '^1\\+1\\ \\(a\\|b\\)\\$' },
    });
    expect(compileFilter(inLines, { body: op.startsWith('x', { ignoreCase: true }) })).toMatchObject({
      body: { $regex: '^x', $options: 'i' },
    });
    expect(compileFilter(inLines, { body: op.nin(['a', 'b']) })).toMatchObject({ body: { $nin: ['a', 'b'] } });
  });

  it('escape whatever could mean something to a pattern', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 50, unit: 'binary' }), (text) => {
        fc.pre(!text.includes('\0'));
        const { body } = compileFilter(inLines, { body: op.startsWith(text) }) as { body: { $regex: string } };
        expect(new RegExp(body.$regex).exec(`${text} and more`)?.[0]).toBe(text);
      }),
    );
  });

  it.each<[unknown]>([[''], ['x'.repeat(101)], ['a\0b'], [null], [{ $ne: null }], [['x']]])('refuse %j', (text) => {
    expect(() => compileFilter(inLines, { body: op.startsWith(text as string) })).toThrow(/op.startsWith/);
  });
});

describe('refuseEmptyFilter', () => {
  it.each<[string, unknown]>([
    ['no condition', {}],
    ['the tenant alone', { tenant_id: own }],
    ['a conjunction of nothing', op.and({}, op.and({}))],
    ['a choice that all meet', op.or<DocumentOf<typeof people>>({ status: 'active' }, {})],
  ])('refuses %s', (_, filter) => {
    expect(() => refuseEmptyFilter(filter)).toThrow(/every document/);
  });

  it.each<[string, unknown]>([
    ['a condition', { status: 'active' }],
    ['a condition beside nothing', op.and<DocumentOf<typeof people>>({}, { status: 'active' })],
    ['a condition that all happen to meet', { user_id: op.exists() }],
  ])('lets %s pass', (_, filter) => {
    expect(() => refuseEmptyFilter(filter)).not.toThrow();
  });
});
