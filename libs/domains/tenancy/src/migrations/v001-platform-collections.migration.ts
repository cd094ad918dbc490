import { defineMigration } from '@caas/data-access-mongo';

/** The collections of CAAS itself with their validators. */
export const v001PlatformCollections = defineMigration({
  version: 'V001',
  name: 'platform_collections',
  scope: 'platform',
  up: (context) => context.ensure({ database: 'platform' }, { include: { collections: true, indexes: false } }),
  down: (context) => context.dropEmpty({ database: 'platform' }),
});
