import { defineMigration } from '@caas/data-access-mongo';

/** Audit log, events, metrics: collections and indexes. */
export const v004Analytics = defineMigration({
  version: 'V004',
  name: 'analytics',
  scope: 'platform',
  up: (context) => context.ensure({ database: 'analytics' }),
  down: (context) => context.dropEmpty({ database: 'analytics' }),
});
