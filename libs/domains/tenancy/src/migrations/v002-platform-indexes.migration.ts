import { defineMigration } from '@caas/data-access-mongo';

/** Their indexes. Taking it back leaves them: they go with the collections of V001, and without them unique keys would be open. */
export const v002PlatformIndexes = defineMigration({
  version: 'V002',
  name: 'platform_indexes',
  scope: 'platform',
  up: (context) => context.ensure({ database: 'platform' }, { include: { collections: false, indexes: true } }),
  down: async () => undefined,
});
