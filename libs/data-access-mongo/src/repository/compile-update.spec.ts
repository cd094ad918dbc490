import { describe, expect, it } from '@jest/globals';
import { Long } from 'mongodb';
import { newId, newTenantId } from '@caas/schema';
import { apps, cards, people } from '../fixtures/definitions.fixture.js';
import { compileUpdate } from './compile-update.js';
import { op } from './operators.js';
import { type AnyUpdate } from './update.js';

describe('compileUpdate', () => {
  it('sets, removes and adds', () => {
    const update: AnyUpdate = { set: { status: 'banned', 'profile.name': 'x' }, unset: ['profile.bio'], inc: { 'stats.sent': 2 ** 31 } };

    expect(compileUpdate(people, update).update).toEqual({
      $set: { status: 'banned', 'profile.name': 'x' },
      $unset: { 'profile.bio': '' },
      $inc: { 'stats.sent': Long.fromNumber(2 ** 31) },
    });
  });

  it('knows every kind of change', () => {
    const at = new Date(5);

    expect(
      compileUpdate(cards, {
        min: { points: 1 },
        max: { seen_at: at },
        push: { tags: { each: ['x'], keep: -10, at: 0 } },
        addToSet: { members: [{ user_id: 'usr_x', role: 'owner' }] },
        pull: { tags: op.in(['a', 'b']), members: { user_id: 'usr_x' } },
        pop: { tags: 'first' },
      }).update,
    ).toEqual({
      $min: { points: 1 },
      $max: { seen_at: at },
      $push: { tags: { $each: ['x'], $position: 0, $slice: -10 } },
      $addToSet: { members: { $each: [{ user_id: 'usr_x', role: 'owner' }] } },
      $pull: { tags: { $in: ['a', 'b'] }, members: { user_id: 'usr_x' } },
      $pop: { tags: -1 },
    });
  });

  it('reaches into the elements that are described', () => {
    expect(
      compileUpdate(cards, { set: { 'members.$[m].role': 'admin' }, elements: { m: { user_id: 'usr_x', role: op.ne('owner') } } }),
    ).toEqual({
      update: { $set: { 'members.$[m].role': 'admin' } },
      arrayFilters: [{ 'm.user_id': 'usr_x', 'm.role': { $ne: 'owner' } }],
    });
  });

  it('leaves out what is undefined', () => {
    expect(compileUpdate(people, { set: { status: 'banned', seen_at: undefined } }).update).toEqual({ $set: { status: 'banned' } });
  });

  it.each<[string, AnyUpdate]>([
    ['the tenant', { set: { tenant_id: newTenantId() } }],
    ['a part of the tenant', { set: { 'tenant_id.x': 1 } }],
    ['the tenant by removal', { unset: ['tenant_id'] }],
  ])('refuses to change %s', (_, update) => {
    expect(() => compileUpdate(people, update)).toThrow(expect.objectContaining({ code: 'AUTHZ_CROSS_TENANT' }));
  });

  it.each<[string, AnyUpdate]>([
    ['_id', { set: { _id: 'x' } }],
    ['the id by its outside name', { set: { user_id: newId('usr') } }],
    ['created_at', { set: { created_at: new Date(0) } }],
    ['updated_at', { set: { updated_at: new Date(0) } }],
    ['__v', { inc: { __v: 1 } }],
    ['deleted_at', { set: { deleted_at: null } }],
    ['deleted_by by removal', { unset: ['deleted_by'] }],
  ])('refuses to change %s', (_, update) => {
    expect(() => compileUpdate(people, update)).toThrow(/is kept by the repository/);
  });

  it.each<[string, AnyUpdate]>([
    ['an operator as a field', { set: { $where: 'x' } }],
    ['an operator inside a path', { set: { 'profile.$name': 'x' } }],
    ['a text to add', { inc: { 'stats.sent': '1' as unknown as number } }],
    ['nothing', {}],
    ['only undefined', { set: { status: undefined } }],
  ])('refuses %s', (_, update) => {
    expect(() => compileUpdate(people, update)).toThrow(expect.objectContaining({ code: 'VAL_FAILED' }));
  });

  it.each<[string, unknown]>([
    ['an unknown kind', { rename: { title: 'tenant_id' } }],
    ['MongoDB’s own operators', { $set: { title: 'x' } }],
    ['a pipeline', [{ $set: { title: 'x' } }]],
    ['a text', 'x'],
    ['nothing at all', null],
    ['an unfiltered position', { set: { 'members.$.role': 'x' } }],
    ['every position', { set: { 'members.$[].role': 'x' } }],
    ['elements that are not described', { set: { 'members.$[m].role': 'x' } }],
    ['a description that nothing uses', { set: { title: 'x' }, elements: { m: { role: 'x' } } }],
    ['one name for two arrays', { set: { 'members.$[m].role': 'x', 'tags.$[m]': 'x' }, elements: { m: { role: 'x' } } }],
    ['an operator as a value', { set: { title: { $ne: null } } }],
    ['an operator deep inside a value', { set: { members: [{ user_id: { $where: 'x' } }] } }],
    ['code as a value', { set: { title: { _bsontype: 'Code', code: 'x' } } }],
    ['a function as a value', { set: { title: () => 'x' } }],
    ['a pattern as a value', { set: { title: /x/ } }],
    ['a push without a list', { push: { tags: 'x' } }],
    ['a push with more than it takes', { push: { tags: { each: [], $sort: 1 } } }],
    ['a removal by code', { pull: { members: { role: { $where: 'x' } } } }],
    ['a removal at neither end', { pop: { tags: 1 } }],
    ['a smallest text', { min: { title: 'x' } }],
    ['a list of nothing to unset', { unset: 'title' }],
  ])('refuses %s', (_, update) => {
    expect(() => compileUpdate(cards, update as AnyUpdate)).toThrow(expect.objectContaining({ code: 'VAL_FAILED' }));
  });

  it.each(['set', 'inc', 'min', 'max', 'push', 'addToSet', 'pull', 'pop'])(
    'refuses the tenant by %s, by its parts and elements too',
    (kind) => {
      for (const path of ['tenant_id', 'tenant_id.x', 'tenant_id.0', 'tenant_id.$[t]']) {
        expect(() => compileUpdate(cards, { [kind]: { [path]: 1 } })).toThrow(expect.objectContaining({ code: 'AUTHZ_CROSS_TENANT' }));
      }
    },
  );

  it('refuses a field that does not exist', () => {
    expect(() => compileUpdate(people, { set: { 'profile.nothing': 1 } })).toThrow(/has no field "profile.nothing"/);
  });

  it('lets a platform row change hands', () => {
    const tenantId = newTenantId();

    expect(compileUpdate(apps, { set: { tenant_id: tenantId } }).update).toEqual({ $set: { tenant_id: tenantId } });
  });
});
