import { describe, expect, it } from '@jest/globals';
import { expectRenderingsAgree } from '@caas/testing/schema';
import { tenancyModule } from './tenancy.module.js';
import { saasClients } from './tenants/tenants.collection.js';

describe('schemas of tenancy', () => {
  it.each(tenancyModule.collections.map((collection) => [collection.name, collection] as const))(
    'collection %s means the same to zod and MongoDB',
    (_, { storedSchema }) => {
      expectRenderingsAgree(storedSchema, { dialects: ['bson'], runs: 100 });
    },
  );

  it.each(['created', 'status_created'])('list index %s ends with the id, which breaks ties', (name) => {
    const index = saasClients.indexes.find((one) => one.name === name);

    expect(Object.keys(index?.keys ?? {}).slice(-2)).toEqual(['created_at', 'client_id']);
  });
});
