import { AUDIT_CATEGORIES, AUDIT_RESULTS } from '@caas/runtime';
import { dateTime, text, z } from '@caas/schema';

/** Which entries of the security trail callers ask for: of its list, and of its export. */
export const AUDIT_CONDITIONS = {
  from: dateTime().optional(),
  to: dateTime().optional(),
  actor_id: text({ min: 1, max: 255 }).optional(),
  action: text({ min: 1, max: 200 }).optional(),
  category: z.enum(AUDIT_CATEGORIES).optional(),
  target_id: text({ min: 1, max: 255 }).optional(),
  result: z.enum(AUDIT_RESULTS).optional(),
};
