import { describe, expect, it } from '@jest/globals';
import { compileValidator, freeForm, int32, text, type z } from '@caas/schema';
import { mergePatch, patchOf } from './merge-patch.js';

describe('mergePatch', () => {
  // The table of RFC 7396, appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j patched by %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('leaves both sides as they are', () => {
    const target = { a: { b: 1 } };
    const patch = { a: { c: 2 } };

    mergePatch(target, patch);

    expect([target, patch]).toEqual([{ a: { b: 1 } }, { a: { c: 2 } }]);
  });

  it('reaches no prototype', () => {
    mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}'));

    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('patchOf', () => {
  const shape = patchOf({
    name: text({ min: 1, max: 10 }),
    bio: text({ max: 10 }).nullable(),
    nickname: text({ max: 10 }).optional(),
    limit: int32().default(20),
    metadata: freeForm().optional(),
  });
  const validate = compileValidator(shape);

  it.each([
    [{}],
    [{ name: 'Ada' }],
    [{ bio: null, nickname: null, limit: null, metadata: null }],
    [{ bio: 'x', nickname: 'y', limit: 3, metadata: { a: 1 } }],
  ])('takes %j', (patch) => {
    expect(validate(patch)).toEqual({ ok: true });
  });

  it.each([[{ name: null }], [{ name: '' }], [{ unknown: 1 }], [{ limit: 'many' }]])('refuses %j', (patch) => {
    expect(validate(patch)).toMatchObject({ ok: false });
  });

  it('has the types of its fields', () => {
    const patch: z.output<typeof shape> = { name: 'Ada', bio: null, nickname: null, limit: null };

    expect(patch.name?.toUpperCase()).toBe('ADA');
  });
});
