import { describe, expect, it } from '@jest/globals';
import { Long } from 'mongodb';
import { newId, newTenantId } from '@caas/schema';
import { apps, people } from '../fixtures/definitions.fixture.js';
import { type AnyUpdate, compileUpdate } from './update.js';

describe('compileUpdate', () => {
  it('sets, removes and adds', () => {
    const update: AnyUpdate = { set: { status: 'banned', 'profile.name': 'x' }, unset: ['profile.bio'], inc: { 'stats.sent': 2 ** 31 } };

    expect(compileUpdate(people, update)).toEqual({
      $set: { status: 'banned', 'profile.name': 'x' },
      $unset: { 'profile.bio': '' },
      $inc: { 'stats.sent': Long.fromNumber(2 ** 31) },
    });
  });

  it('leaves out what is undefined', () => {
    expect(compileUpdate(people, { set: { status: 'banned', seen_at: undefined } })).toEqual({ $set: { status: 'banned' } });
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

  it('refuses a field that does not exist', () => {
    expect(() => compileUpdate(people, { set: { 'profile.nothing': 1 } })).toThrow(/has no field "profile.nothing"/);
  });

  it('lets a platform row change hands', () => {
    const tenantId = newTenantId();

    expect(compileUpdate(apps, { set: { tenant_id: tenantId } })).toEqual({ $set: { tenant_id: tenantId } });
  });
});
