import { describe, expect, it } from '@jest/globals';
import { aTenant } from '../fixtures/tenants.fixture.js';
import { defineMigration, type Migration } from './define-migration.js';
import { type MigrationPlace } from './migration-context.js';
import { type MigrationTarget } from './migration-environment.js';
import { entryId, type MigrationEntry } from './migration-journal.js';
import { checkHistory, statusOf, versionReached } from './migration-plan.js';

const nothing = (): Promise<void> => Promise.resolve();
const aMigration = (version: string, scope: 'platform' | 'tenant' = 'tenant'): Migration =>
  defineMigration({ version, name: 'x', scope, up: nothing, down: nothing });
const [one, two, three] = [aMigration('V001', 'platform'), aMigration('V002'), aMigration('V003')];

type Row = [Migration, MigrationPlace, MigrationEntry['status'], Partial<MigrationEntry>?];
const historyOf = (...rows: Row[]): Map<string, MigrationEntry> =>
  new Map(
    rows.map(([migration, place, status, change]) => {
      const { version, checksum } = migration;
      return [entryId(migration, place), { version, checksum, status, ...change } as MigrationEntry];
    }),
  );
const tenant = aTenant({ model: 'collection' });
const target = (schemaVersion: number): MigrationTarget => ({ place: tenant.tenantId, tenant, schemaVersion });

describe('statusOf', () => {
  it('is what the history says', () => {
    expect(statusOf(two, target(0), historyOf([two, tenant.tenantId, 'failed']))).toBe('failed');
    expect(statusOf(two, target(9), historyOf([two, tenant.tenantId, 'rolled_back']))).toBe('rolled_back');
  });

  it('is pending without a row', () => {
    expect(statusOf(two, target(1), historyOf())).toBe('pending');
    expect(statusOf(two, { place: 'shared', schemaVersion: 9 }, historyOf())).toBe('pending');
  });

  it('is done without a row for a tenant that was made later', () => {
    expect(statusOf(two, target(2), historyOf())).toBe('succeeded');
    expect(statusOf(three, target(2), historyOf())).toBe('pending');
  });
});

describe('versionReached', () => {
  it('stops at the first gap', () => {
    expect(versionReached([one, two, three], target(0), historyOf([three, tenant.tenantId, 'succeeded']))).toBe(0);
    expect(versionReached([one, two, three], target(0), historyOf([two, tenant.tenantId, 'succeeded']))).toBe(2);
    expect(versionReached([one, two, three], target(2), historyOf([three, tenant.tenantId, 'succeeded']))).toBe(3);
  });
});

describe('checkHistory', () => {
  it('accepts a history that fits', () => {
    expect(() => checkHistory([one, two, three], historyOf([one, 'platform', 'succeeded'], [two, 'shared', 'failed']))).not.toThrow();
    expect(() => checkHistory([], historyOf([one, 'platform', 'succeeded']))).not.toThrow();
  });

  it('refuses what was changed after it had run, and only that', () => {
    const changed = { checksum: '0'.repeat(64) };

    expect(() => checkHistory([one], historyOf([one, 'platform', 'succeeded', changed]))).toThrow(
      expect.objectContaining({ code: 'RES_STATE', details: { reason: 'checksum_changed', versions: ['V001'] } }),
    );
    expect(() => checkHistory([one], historyOf([one, 'platform', 'failed', changed]))).not.toThrow();
  });

  it('refuses what comes before something that has run', () => {
    expect(() => checkHistory([one, two, three], historyOf([one, 'platform', 'succeeded'], [three, 'shared', 'succeeded']))).toThrow(
      expect.objectContaining({ details: { reason: 'out_of_order', versions: ['V002'] } }),
    );
  });
});
