import { type JobKind, type Services } from '@caas/composition';
import { auditExport } from './audit/audit-export.js';

/** What is done for readers of the security trail as a job. */
export default function insightWork({ mongo }: Services): JobKind[] {
  return [auditExport({ mongo })];
}
