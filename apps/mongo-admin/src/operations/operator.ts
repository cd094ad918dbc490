import { type AuditEntry } from '@caas/runtime';

/** Who operates the platform: the command line as such, or somebody who has signed in at the console. */
export interface Operator {
  /** In rows, events and the audit trail: `caas-admin`, or the id of an admin. */
  readonly id: string;
  readonly role?: string;
  readonly ip?: string;
  readonly userAgent?: string;
}

export const COMMAND_LINE: Operator = { id: 'caas-admin' };

/** The operator in the audit trail. */
export function auditActorOf({ id, role, ip, userAgent }: Operator): AuditEntry['actor'] {
  return {
    type: 'platform_admin',
    id,
    ...(role !== undefined && { role }),
    ...(ip !== undefined && { ip }),
    ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 500) }),
  };
}
