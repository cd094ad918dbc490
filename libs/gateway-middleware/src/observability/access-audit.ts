import { type Actor, type AppError, auditActorOf, type AuditEntry, type AuditTrail, type Principal } from '@caas/runtime';
import { type Permission } from '../access/permissions.js';
import { type Exchange } from '../pipeline/exchange.js';
import { presentedKeyPrefix } from '../pipeline/read-credential.js';
import { noteExchange } from './exchange-audit.js';
import { MinuteCounts } from './minute-counts.js';

/** Permissions whose use is written down, not only their refusal. */
const SENSITIVE = /^(?:admin|platform|apikey)\.|^(?:webhook|tenant\.settings)\.manage$/u;
/** Refusals by who the caller is; what is missing in a request, or cannot be decided, is none. */
const DENIAL = /^AUTHZ_(?!UNAVAILABLE$|REASON_REQUIRED$)/u;
/** Credentials that were no good. None at all is none of them, nor is one that nobody looked at because of earlier failures. */
const FAILURE = /^AUTH_(?!REQUIRED$|TOO_MANY_FAILURES$|IP_BLOCKED$)/u;

/** People at consoles and staff: each of their authenticated requests is written down. */
const WATCHED: ReadonlySet<Actor> = new Set<Actor>(['admin', 'platform']);
/** Of all others one in so many. */
const SUCCESS_SAMPLE = 100;
/** More refusals of one caller in a minute are probing. */
const DENIALS_PER_MINUTE = 20;
/** Failures that are written down in a minute, of one address and in all: whoever guesses must not fill the trail. */
const FAILURES_PER_ADDRESS = 5;
const FAILURES_IN_ALL = 600;
const NAMES_MAX = 10_000;
const IN_ALL = 'all';

/** Writes down who came in and who did not, who was refused, and who used what is sensitive. Nothing waits for it. */
export class AccessAudit {
  readonly #trail: Pick<AuditTrail, 'note'>;
  readonly #denials: MinuteCounts;
  readonly #failures: MinuteCounts;
  #successes = 0;

  constructor(trail: Pick<AuditTrail, 'note'>, now: () => number = Date.now) {
    this.#trail = trail;
    this.#denials = new MinuteCounts(NAMES_MAX, now);
    this.#failures = new MinuteCounts(NAMES_MAX, now);
  }

  /** Notes that a credential was good: always of those who are watched, and samples of the rest. */
  authenticated(exchange: Exchange): void {
    const { principal } = exchange;
    if (principal === undefined) return;
    if (!WATCHED.has(principal.actor)) {
      this.#successes += 1;
      if (this.#successes % SUCCESS_SAMPLE !== 0) return;
    }
    this.#note(exchange, principal, { action: { category: 'auth', type: 'login', name: 'auth.success' } });
  }

  /** What notes the use of a permission; `undefined` for one that is not sensitive. */
  useOf(permission: Permission): ((exchange: Exchange) => void) | undefined {
    if (!SENSITIVE.test(permission)) return undefined;
    const use = { action: { category: 'security', type: 'allow', name: 'authz.allowed' }, complianceFlags: [permission] } as const;
    return (exchange) => {
      if (exchange.principal !== undefined) this.#note(exchange, exchange.principal, use);
    };
  }

  /** Notes how a request ended, if it was refused. */
  ended(exchange: Exchange): void {
    const { error, principal } = exchange;
    if (error === undefined) return;
    if (FAILURE.test(error.code)) this.#failed(exchange, error);
    else if (DENIAL.test(error.code) && principal !== undefined) this.#denied(exchange, principal, error);
  }

  #denied(exchange: Exchange, principal: Principal, { code, details }: AppError): void {
    const name = code === 'AUTHZ_CROSS_TENANT' ? 'authz.cross_tenant_denied' : 'authz.denied';
    const { reason, requiredPermission } = details;
    this.#note(exchange, principal, {
      action: { category: 'security', type: 'deny', name },
      result: { status: 'denied', errorCode: code, ...(typeof reason === 'string' && { errorMessage: reason }) },
      severity: 'low',
      ...(typeof requiredPermission === 'string' && requiredPermission !== '' && { complianceFlags: [requiredPermission] }),
    });
    if (this.#denials.next(principal.subjectId) !== DENIALS_PER_MINUTE + 1) return; // once a minute
    this.#note(exchange, principal, {
      action: { category: 'security', type: 'alert', name: 'security.probing' },
      result: { status: 'denied', errorCode: code, errorMessage: `more than ${DENIALS_PER_MINUTE} refusals in a minute` },
      severity: 'high',
    });
  }

  #failed(exchange: Exchange, { code }: AppError): void {
    if (this.#failures.next(exchange.ip) > FAILURES_PER_ADDRESS || this.#failures.next(IN_ALL) > FAILURES_IN_ALL) return;
    const { principal } = exchange;
    const prefix = presentedKeyPrefix(exchange);
    const stranger = { type: prefix === undefined ? 'user' : 'api' } as const;
    const isOrigin = code === 'AUTH_ORIGIN_NOT_ALLOWED';
    noteExchange(this.#trail, exchange, {
      actor: principal === undefined ? stranger : auditActorOf(principal, exchange.actingUser?.userId),
      action: isOrigin
        ? { category: 'security', type: 'deny', name: 'origin.denied' }
        : { category: 'auth', type: 'login', name: 'auth.failure' },
      ...(prefix !== undefined && principal === undefined && { target: { type: 'api_key', identifier: prefix } }),
      result: { status: 'failure', errorCode: code },
      severity: 'low',
    });
  }

  #note(exchange: Exchange, principal: Principal, entry: Omit<AuditEntry, 'tenantId' | 'actor'>): void {
    noteExchange(this.#trail, exchange, { actor: auditActorOf(principal, exchange.actingUser?.userId), ...entry });
  }
}
