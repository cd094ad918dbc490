import { describe, expect, it } from '@jest/globals';
import { isRetryable } from './app-error.js';
import { CrossTenantAccessError, DuplicateKeyError, QuotaExceededError, VersionConflictError } from './data-errors.js';

describe('errors of the data layer', () => {
  it.each([
    [new CrossTenantAccessError('other tenant'), 403, 'AUTHZ_CROSS_TENANT'],
    [new DuplicateKeyError('taken', { fields: ['username'], index: 'users_username' }), 409, 'RES_CONFLICT'],
    [new VersionConflictError('changed', { currentVersion: 4, expectedVersion: 3 }), 409, 'RES_VERSION'],
    [new QuotaExceededError({ resource: 'users_count', limit: 10, used: 10 }), 429, 'RATE_QUOTA_EXCEEDED'],
  ] as const)('%s answers %i %s and is not repeated', (error, status, code) => {
    expect([error.status, error.code, isRetryable(error)]).toEqual([status, code, false]);
  });

  it('carry what a caller needs to go on', () => {
    const resetAt = new Date(Date.UTC(2026, 1, 1));

    expect(new VersionConflictError('changed', { currentVersion: 4, expectedVersion: 3 })).toMatchObject({
      currentVersion: 4,
      details: { version: 4, expectedVersion: 3 },
    });
    expect(new DuplicateKeyError('taken', { fields: ['username'], index: 'users_username' }).details).toEqual({
      reason: 'duplicate_key',
      conflictWith: 'username',
      fields: ['username'],
      index: 'users_username',
    });
    expect(new QuotaExceededError({ resource: 'messages_count', limit: 5, used: 5, resetAt }).details).toEqual({
      metric: 'messages_count',
      limit: 5,
      current: 5,
      resetAt: '2026-02-01T00:00:00.000Z',
    });
  });

  it('name the index where the server names no field', () => {
    expect(new DuplicateKeyError('taken', { fields: [], index: 'users_username' }).details.conflictWith).toBe('users_username');
  });
});
