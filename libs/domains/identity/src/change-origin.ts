import { auditActorOf, type AuditEntry, type Principal } from '@caas/runtime';

/** Where a change comes from, for the events about it and the security trail. */
export interface ChangeOrigin {
  /** A user, an admin, an API key, or a part of CAAS. */
  readonly by: string;
  /** The application whose credential was used. */
  readonly applicationId?: string | undefined;
  /** The same for the security trail; a part of CAAS unless given. */
  readonly actor?: AuditEntry['actor'];
}

/** The origin of what a caller asks for. */
export function originOf(principal: Principal, actingUserId?: string): ChangeOrigin {
  const { subjectId, appId } = principal;
  return { by: actingUserId ?? subjectId, applicationId: appId ?? undefined, actor: auditActorOf(principal, actingUserId) };
}
