import { describe, expect, it } from '@jest/globals';
import { type IsolationModel } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { namespaceOf, platformNamespace, type Placement, sharedNamespace } from './namespaces.js';

const placement = (model: IsolationModel, databaseName?: string): Placement => ({
  tenantId: parseTenantId('clnt_acme0001'),
  isolation: { model, epoch: 1, ...(databaseName === undefined ? {} : { databaseName }) },
});

describe('namespaceOf', () => {
  it.each<[IsolationModel, string, string]>([
    ['shared', 'caas_shared', 'messages'],
    ['collection', 'caas_tenants', 'clnt_acme0001_messages'],
    ['database', 'caas_clnt_acme0001', 'messages'],
  ])('places a tenant of the %s strategy', (model, database, collection) => {
    expect(namespaceOf(placement(model), 'messages')).toEqual({ database, collection });
  });

  it('accepts the database that is the tenant’s own and no other', () => {
    expect(namespaceOf(placement('database', 'caas_clnt_acme0001'), 'messages').database).toBe('caas_clnt_acme0001');
    expect(() => namespaceOf(placement('database', 'caas_clnt_other001'), 'messages')).toThrow(/not the one that belongs to the tenant/);
  });

  it.each(['', 'acme', 'clnt_', 'clnt_ACME0001', 'clnt_acme_001', 'clnt_acme0001/../x', 'clnt_acme0001\n', 'clnt_short'])(
    'refuses the tenant id %j',
    (tenantId) => {
      const forged = { ...placement('database'), tenantId } as Placement;

      expect(() => namespaceOf(forged, 'messages')).toThrow(/malformed/);
    },
  );

  it('refuses an unknown model', () => {
    const forged = { ...placement('shared'), isolation: { model: 'hybrid', epoch: 1 } } as unknown as Placement;

    expect(() => namespaceOf(forged, 'messages')).toThrow(/no isolation model "hybrid"/);
  });

  it('keeps the longest name within MongoDB’s 63 bytes', () => {
    const longest: Placement = { ...placement('database'), tenantId: parseTenantId(`clnt_${'a'.repeat(32)}`) };

    expect(namespaceOf(longest, 'messages', { databasePrefix: 'p'.repeat(24) }).database.length).toBeLessThanOrEqual(63);
    expect(() => namespaceOf(longest, 'messages', { databasePrefix: 'p'.repeat(25) })).toThrow(/prefix/);
  });

  it('places what is not a tenant’s', () => {
    expect(sharedNamespace('messages')).toEqual({ database: 'caas_shared', collection: 'messages' });
    expect(platformNamespace('billing', 'plans', { databasePrefix: 'x' })).toEqual({ database: 'x_billing', collection: 'plans' });
  });
});
