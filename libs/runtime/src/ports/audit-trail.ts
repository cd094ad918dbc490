import { type JsonObject, type TenantId } from '@caas/schema';

export const AUDIT_ACTORS = ['platform_admin', 'client_admin', 'user', 'service', 'system', 'api'] as const;
export const AUDIT_CATEGORIES = ['auth', 'data', 'config', 'security', 'billing', 'compliance'] as const;
export const AUDIT_RESULTS = ['success', 'failure', 'denied', 'partial', 'error'] as const;
export const AUDIT_SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;

/** Who did what to which thing, with what result. Never a secret; what was one is left out or shown as `***`. */
export interface AuditEntry {
  /** Null for what concerns the platform itself. */
  readonly tenantId: TenantId | null;
  readonly actor: {
    readonly type: (typeof AUDIT_ACTORS)[number];
    readonly id?: string;
    readonly role?: string;
    readonly ip?: string;
    readonly userAgent?: string;
    /** The user for whom a key acted. */
    readonly onBehalfOf?: string;
  };
  readonly action: {
    readonly category: (typeof AUDIT_CATEGORIES)[number];
    /** `create`, `update`, `delete`, `login` and the like. */
    readonly type: string;
    /** Such as `api_key.created`. */
    readonly name: string;
  };
  readonly target?: { readonly type: string; readonly id?: string; readonly identifier?: string };
  readonly changes?: { readonly before?: JsonObject; readonly after?: JsonObject; readonly fieldsChanged: readonly string[] };
  /** `success` unless given. */
  readonly result?: { readonly status: (typeof AUDIT_RESULTS)[number]; readonly errorCode?: string; readonly errorMessage?: string };
  /** `info` unless given. */
  readonly severity?: (typeof AUDIT_SEVERITIES)[number];
  readonly sessionId?: string;
  readonly reason?: string;
  readonly complianceFlags?: readonly string[];
  /** A new one unless given. Give a derived one where a repeat must be the same entry. */
  readonly auditId?: string;
  /** Epoch milliseconds at which it happened; now unless given. */
  readonly at?: number;
}

/** The security trail. */
export interface AuditTrail {
  /**
   * Resolves once the entry cannot be lost any more. Rejects with an `UnavailableError` when nothing takes it: then whatever it is about must fail as well,
   * unless it has happened already.
   */
  record(entry: AuditEntry): Promise<void>;
  /**
   * The same for what is not to wait, such as a refusal. Never throws: what nothing takes, and what comes faster than it can be kept, is written to standard
   * error as JSON.
   */
  note(entry: AuditEntry): void;
}
