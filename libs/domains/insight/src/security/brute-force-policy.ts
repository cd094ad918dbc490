import { type NewDocumentOf } from '@caas/data-access-mongo';
import { deriveId } from '@caas/schema';
import { type securityPolicies } from './security-policies.collection.js';

/** Five failed logins within five minutes ask for a captcha for an hour, ten block for a day and tell an administrator. */
export const BRUTE_FORCE_POLICY = {
  policy_id: deriveId('pol', 'global', 'brute force'),
  scope: 'global',
  tenant_id: null,
  type: 'authentication',
  name: 'brute force',
  description: 'Slows down and then blocks whoever tries passwords.',
  rules: [
    {
      rule_id: 'captcha',
      condition: { metric: 'failed_logins', operator: 'gte', threshold: 5, window_seconds: 300 },
      action: { type: 'captcha', duration_seconds: 3_600, notify: [] },
      enabled: true,
    },
    {
      rule_id: 'block',
      condition: { metric: 'failed_logins', operator: 'gte', threshold: 10, window_seconds: 300 },
      action: { type: 'block', duration_seconds: 86_400, notify: ['admin'] },
      enabled: true,
    },
  ],
  status: 'active',
  metadata: { version: 1, created_by: 'system', last_modified_by: null, notes: null },
} as const satisfies NewDocumentOf<typeof securityPolicies>;
