import { describe, expect, it } from '@jest/globals';
import { changesBetween, fieldChanges } from './field-change.js';

describe('changesBetween', () => {
  it('names the fields that differ, with their values as JSON text', () => {
    const changes = changesBetween({ name: 'Ada', roles: ['user'], same: 1 }, { name: 'Ada L.', roles: ['user', 'admin'], same: 1 });

    expect(changes).toEqual([
      { field: 'name', old_value: '"Ada"', new_value: '"Ada L."' },
      { field: 'roles', old_value: '["user"]', new_value: '["user","admin"]' },
    ]);
  });

  it('leaves out a value that was not there or is gone', () => {
    expect(changesBetween({ bio: null, phone: '+41' }, { bio: 'x' })).toEqual([
      { field: 'bio', new_value: '"x"' },
      { field: 'phone', old_value: '"+41"' },
    ]);
  });

  it('says that a hidden field changed and not to what', () => {
    const changes = changesBetween({ email: 'a@b.co' }, { email: 'c@d.co' }, (field) => field === 'email');

    expect(changes).toEqual([{ field: 'email', old_value: '***', new_value: '***' }]);
  });

  it('cuts what is too long for an event, between code points', () => {
    const changes = changesBetween({}, { bio: '🙂'.repeat(2_500) });

    expect([...(changes[0]?.new_value ?? '')]).toHaveLength(2_000);
    expect(fieldChanges.safeParse(changes).success).toBe(true);
  });
});
