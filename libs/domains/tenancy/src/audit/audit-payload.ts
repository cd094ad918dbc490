import { type PayloadOf } from '@caas/messaging-kafka';
import { type AuditEntry, currentRequest } from '@caas/runtime';
import { newId, parseCidr } from '@caas/schema';
import { type auditRecorded } from './audit.events.js';

const YEAR_MS = 365 * 86_400_000;
const USER_AGENT_MAX = 500;

export type AuditPayload = PayloadOf<typeof auditRecorded>;

/** An entry as it is told and stored, with what is known of the request it happened in. `at` is when it happened. */
export function auditPayload(entry: AuditEntry, at: number): AuditPayload {
  const { actor, action, target, changes, result = { status: 'success' }, severity = 'info', complianceFlags = [] } = entry;
  const { userAgent: user_agent, onBehalfOf: on_behalf_of, type, ...known } = actor;
  const request = currentRequest();
  const { errorCode: error_code, errorMessage: error_message, status } = result;
  return {
    audit_id: entry.auditId ?? newId('aud'),
    actor: { type, ...defined({ ip: addressOf(request?.ip), ...known, user_agent: cut(user_agent ?? request?.userAgent), on_behalf_of }) },
    action: { ...action },
    ...defined({
      target,
      changes: changes && { ...defined({ before: changes.before, after: changes.after }), fields_changed: [...changes.fieldsChanged] },
      request_id: request?.requestId,
      session_id: entry.sessionId,
      reason: entry.reason,
    }),
    result: { status, ...defined({ error_code, error_message }) },
    severity,
    compliance_flags: [...complianceFlags],
    expires_at: at + YEAR_MS,
    legal_hold: false,
  };
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}

/** An address in its one spelling; an IPv4-mapped one is the IPv4 one. */
function addressOf(ip: string | undefined): string | undefined {
  return ip === undefined ? undefined : parseCidr(ip)?.cidr.replace(/\/(?:32|128)$/u, '');
}

function cut(text: string | undefined): string | undefined {
  return text?.slice(0, USER_AGENT_MAX);
}
