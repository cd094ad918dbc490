import { defineMigration } from '@caas/data-access-mongo';

/** Plans, subscriptions, invoices: collections and indexes. */
export const v003Billing = defineMigration({
  version: 'V003',
  name: 'billing',
  scope: 'platform',
  up: (context) => context.ensure({ database: 'billing' }),
  down: (context) => context.dropEmpty({ database: 'billing' }),
});
