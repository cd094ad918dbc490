import { STAFF_ROLES, type StaffRole } from '@caas/identity';
import { InternalError, type Principal } from '@caas/runtime';
import { type Operator } from '../../operations/operator.js';
import { type Session } from './sessions.js';

/** Somebody with a session, as of this request. */
export interface SignedIn {
  readonly id: string;
  readonly session: Session;
  readonly staff: Staff;
}

export interface Staff {
  readonly operator: Operator;
  readonly role: StaffRole;
}

/** Who a principal is at the console, and where the request came from. */
export function staffOf(
  { subjectId, roles }: Principal,
  { ip, headers }: { ip: string; headers: { 'user-agent'?: string | undefined } },
): Staff {
  const role = STAFF_ROLES.find((name) => roles.includes(name));
  if (role === undefined) throw new InternalError('Somebody without a role of staff was let in.');
  const { 'user-agent': userAgent } = headers;
  return { role, operator: { id: subjectId, role, ip, ...(userAgent !== undefined && { userAgent }) } };
}
