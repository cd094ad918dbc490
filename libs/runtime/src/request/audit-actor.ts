import { type AuditEntry } from '../ports/audit-trail.js';
import { type Actor, type Principal } from './principal.js';

const TYPES = {
  key: 'api',
  client_key: 'api',
  webhook_key: 'api',
  user: 'user',
  admin: 'client_admin',
  platform: 'platform_admin',
} as const satisfies Record<Actor, AuditEntry['actor']['type']>;

/** Who a caller is in the security trail. */
export function auditActorOf({ actor, subjectId, roles }: Principal, actingUserId?: string): AuditEntry['actor'] {
  const [role] = roles;
  const onBehalfOf = actingUserId === undefined || actingUserId === subjectId ? {} : { onBehalfOf: actingUserId };
  return { type: TYPES[actor], id: subjectId, ...(role !== undefined && { role }), ...onBehalfOf };
}
