import { type AuditEntry, type AuditTrail, currentRequest, runWithRequest } from '@caas/runtime';
import { type Exchange } from '../pipeline/exchange.js';

const TARGET_LENGTH_MAX = 255;
const REASON_LENGTH_MAX = 500;

/** What an entry says besides what every entry about a request says. */
export type ExchangeEntry = Pick<AuditEntry, 'actor' | 'action'> & Partial<AuditEntry>;

/** Notes an entry about a request: its tenant, its route, the session, and the reason that staff gave. Nothing waits for it. */
export function noteExchange(trail: Pick<AuditTrail, 'note'>, exchange: Exchange, entry: ExchangeEntry): void {
  const { principal, tenant, request, route } = exchange;
  const reason = exchange.header('x-admin-reason')?.slice(0, REASON_LENGTH_MAX);
  const whole: AuditEntry = {
    tenantId: tenant?.tenantId ?? principal?.tenantId ?? null,
    target: { type: 'route', id: `${request.method} ${route ?? ''}`.slice(0, TARGET_LENGTH_MAX) },
    ...(principal?.sessionId !== undefined && { sessionId: principal.sessionId }),
    ...(reason !== undefined && { reason }),
    ...entry,
  };
  if (currentRequest() === undefined) runWithRequest(exchange, () => trail.note(whole));
  else trail.note(whole);
}
