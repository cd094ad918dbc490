import { defineMigration } from '@caas/data-access-mongo';
import { BRUTE_FORCE_POLICY } from '../security/brute-force-policy.js';
import { securityPolicies } from '../security/security-policies.collection.js';

/** The policies that hold everywhere from the first day. One that is there already stays as it is. */
export const v008SeedPolicies = defineMigration({
  version: 'V008',
  name: 'seed_policies',
  scope: 'platform',
  up: async (context) => {
    await context.platform(securityPolicies).insertMany([BRUTE_FORCE_POLICY]);
  },
  down: async (context) => {
    await context.platform(securityPolicies).delete(BRUTE_FORCE_POLICY.policy_id);
  },
});
