import { definePlatformSeed } from '@caas/composition/seeding';
import { seededClients } from '@caas/tenancy/seeds';
import { BRUTE_FORCE_POLICY } from '../security/brute-force-policy.js';
import { securityPolicies } from '../security/security-policies.collection.js';

/** The policy that holds everywhere, as a migration puts it there. */
export const globalPoliciesSeed = definePlatformSeed({
  name: 'global policies',
  collection: securityPolicies,
  permanent: true,
  plan: (context) => ({
    total: 1,
    rows: [
      {
        ...BRUTE_FORCE_POLICY,
        rules: BRUTE_FORCE_POLICY.rules.map((rule) => ({ ...rule, action: { ...rule.action, notify: [...rule.action.notify] } })),
        created_at: context.asOf,
      },
    ],
  }),
});

/** A policy that each client tries out. */
export const tenantPoliciesSeed = definePlatformSeed({
  name: 'tenant policies',
  collection: securityPolicies,
  plan: (context) => {
    const clients = seededClients(context);
    return {
      total: clients.length,
      rows: clients.map(({ tenantId, signedUpAt }) => ({
        policy_id: context.id('pol', tenantId),
        scope: 'tenant' as const,
        tenant_id: tenantId,
        type: 'rate_limit' as const,
        name: 'slow down bursts',
        description: 'Slows down who calls very often.',
        rules: [
          {
            rule_id: 'bursts',
            condition: { metric: 'requests_per_minute', operator: 'gt' as const, threshold: 600, window_seconds: 60 },
            action: { type: 'rate_limit' as const, duration_seconds: 300, notify: ['admin' as const] },
            enabled: true,
          },
        ],
        status: 'testing' as const,
        metadata: { version: 1, created_by: 'seed', last_modified_by: null, notes: null },
        created_at: signedUpAt,
      })),
    };
  },
});
