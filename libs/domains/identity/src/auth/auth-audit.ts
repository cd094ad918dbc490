import { type AuditEntry, type AuditTrail, currentRequest, type TenantContext } from '@caas/runtime';

/** What happened to a credential. */
export interface AuthFact {
  /** Such as `auth.token_issued`. */
  readonly name: string;
  /** `login`, `refresh`, `logout`, `revoke` and the like. */
  readonly type: string;
  readonly actor: AuditEntry['actor'];
  readonly target?: AuditEntry['target'];
  readonly sessionId?: string;
  readonly reason?: string;
  readonly severity?: AuditEntry['severity'];
  readonly result?: AuditEntry['result'];
}

/** Notes what happens to credentials in the security trail, with where it came from. Nothing waits for it. */
export class AuthAudit {
  readonly #trail: () => Promise<Pick<AuditTrail, 'note'>>;

  constructor(trail: () => Promise<Pick<AuditTrail, 'note'>>) {
    this.#trail = trail;
  }

  note({ tenantId }: Pick<TenantContext, 'tenantId'>, { name, type, actor, ...fact }: AuthFact): void {
    const { ip, userAgent } = currentRequest() ?? {};
    const from = { ...(ip !== undefined && { ip }), ...(userAgent !== undefined && { userAgent }) };
    const category = name.startsWith('security.') ? 'security' : 'auth';
    const entry: AuditEntry = { tenantId, actor: { ...actor, ...from }, action: { category, type, name }, ...fact };
    void this.#trail().then((trail) => trail.note(entry));
  }
}
