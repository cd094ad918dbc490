import { describe, expect, it } from '@jest/globals';
import { defineMigration, latestTenantVersion, sortMigrations } from './define-migration.js';
import { type MigrationSpec } from './migration-spec.js';

const nothing = (): Promise<void> => Promise.resolve();
const aMigration = (change: Partial<MigrationSpec> = {}) =>
  defineMigration({ version: 'V001', name: 'one', scope: 'platform', up: nothing, down: nothing, ...change });

describe('defineMigration', () => {
  it('knows its number and is not transactional unless told so', () => {
    expect(aMigration({ version: 'V042' })).toMatchObject({
      number: 42,
      transactional: false,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each(['1', 'V1', 'v001', 'V0000001', 'V001a'])('refuses the version %s', (version) => {
    expect(() => aMigration({ version })).toThrow(TypeError);
  });

  it.each(['', 'Upper', '1st', 'with space', 'with-hyphen'])('refuses the name "%s"', (name) => {
    expect(() => aMigration({ name })).toThrow(/V001.*name/);
  });
});

describe('sortMigrations', () => {
  it('orders by number, not by text', () => {
    const versions = ['V1000', 'V002', 'V010', 'V001'];

    expect(sortMigrations(versions.map((version) => aMigration({ version }))).map(({ version }) => version)).toEqual([
      'V001',
      'V002',
      'V010',
      'V1000',
    ]);
  });

  it('refuses one number twice, however it is written', () => {
    expect(() => sortMigrations([aMigration({ version: 'V001' }), aMigration({ version: 'V0001', name: 'two' })])).toThrow(
      /"one" and "two"/,
    );
  });
});

describe('latestTenantVersion', () => {
  it('counts tenant migrations only', () => {
    expect(latestTenantVersion([aMigration(), aMigration({ version: 'V003', scope: 'tenant' }), aMigration({ version: 'V009' })])).toBe(3);
    expect(latestTenantVersion([])).toBe(0);
  });
});
