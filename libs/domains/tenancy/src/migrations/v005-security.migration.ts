import { defineMigration } from '@caas/data-access-mongo';

/** Blocked addresses, allow lists and policies: collections and indexes. */
export const v005Security = defineMigration({
  version: 'V005',
  name: 'security',
  scope: 'platform',
  up: (context) => context.ensure({ names: ['blocked_ips', 'ip_whitelist', 'security_policies'] }),
  down: (context) => context.dropEmpty({ names: ['blocked_ips', 'ip_whitelist', 'security_policies'] }),
});
