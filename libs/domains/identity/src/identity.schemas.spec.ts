import { describe, it } from '@jest/globals';
import { expectRenderingsAgree } from '@caas/testing/schema';
import { identityModule } from './identity.module.js';
import { userResource } from './users/users.resource.js';
import { newUser } from './users/new-user-row.js';

describe('schemas of identity', () => {
  it.each(identityModule.collections.map((collection) => [collection.name, collection] as const))(
    'collection %s means the same to zod and MongoDB',
    (_, { storedSchema }) => {
      expectRenderingsAgree(storedSchema, { dialects: ['bson'], runs: 60 });
    },
  );

  it.each([
    ['a new user', newUser],
    ['a user', userResource],
  ] as const)('%s means the same to zod and JSON Schema', (_, schema) => {
    expectRenderingsAgree(schema, { dialects: ['json'], runs: 60 });
  });
});
