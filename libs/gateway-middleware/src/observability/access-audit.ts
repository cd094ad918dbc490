import { auditActorOf, type AuditEntry, type AuditTrail, currentRequest, runWithRequest } from '@caas/runtime';
import { type Permission } from '../access/permissions.js';
import { type Exchange } from '../pipeline/exchange.js';

/** Permissions whose use is written down, not only their refusal. */
const SENSITIVE = /^(?:admin|platform|apikey)\.|^(?:webhook|tenant\.settings)\.manage$/u;
/** Refusals by who the caller is; what is missing in a request, or cannot be decided, is none. */
const DENIAL = /^AUTHZ_(?!UNAVAILABLE$|REASON_REQUIRED$)/u;

/** Writes down who was refused, and who used what is sensitive. Nothing waits for it. */
export class AccessAudit {
  readonly #trail: Pick<AuditTrail, 'note'>;

  constructor(trail: Pick<AuditTrail, 'note'>) {
    this.#trail = trail;
  }

  /** What notes the use of a permission; `undefined` for one that is not sensitive. */
  useOf(permission: Permission): ((exchange: Exchange) => void) | undefined {
    if (!SENSITIVE.test(permission)) return undefined;
    return (exchange) => this.#note(exchange, { type: 'allow', name: 'authz.allowed' }, { complianceFlags: [permission] });
  }

  /** Notes how a request ended, if it was refused. */
  ended(exchange: Exchange): void {
    const { error } = exchange;
    if (error === undefined || !DENIAL.test(error.code) || exchange.principal === undefined) return;
    const name = error.code === 'AUTHZ_CROSS_TENANT' ? 'authz.cross_tenant_denied' : 'authz.denied';
    const { reason, requiredPermission } = error.details;
    this.#note(
      exchange,
      { type: 'deny', name },
      {
        result: { status: 'denied', errorCode: error.code, ...(typeof reason === 'string' && { errorMessage: reason }) },
        severity: 'low',
        ...(typeof requiredPermission === 'string' && requiredPermission !== '' && { complianceFlags: [requiredPermission] }),
      },
    );
  }

  #note(exchange: Exchange, action: Pick<AuditEntry['action'], 'type' | 'name'>, more: Partial<AuditEntry>): void {
    const { principal, tenant, actingUser } = exchange;
    if (principal === undefined) return;
    const reason = exchange.header('x-admin-reason')?.slice(0, REASON_LENGTH_MAX);
    const entry: AuditEntry = {
      tenantId: tenant?.tenantId ?? principal.tenantId,
      actor: auditActorOf(principal, actingUser?.userId),
      action: { category: 'security', ...action },
      target: { type: 'route', id: `${exchange.request.method} ${exchange.route ?? ''}`.slice(0, TARGET_LENGTH_MAX) },
      ...(principal.sessionId !== undefined && { sessionId: principal.sessionId }),
      ...(reason !== undefined && { reason }),
      ...more,
    };
    if (currentRequest() === undefined) runWithRequest(exchange, () => this.#trail.note(entry));
    else this.#trail.note(entry);
  }
}

const TARGET_LENGTH_MAX = 255;
const REASON_LENGTH_MAX = 500;
