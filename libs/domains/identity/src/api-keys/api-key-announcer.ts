import { announcing, type Announcement, type Outbox } from '@caas/composition';
import { type EventDefinition, type PayloadOf } from '@caas/messaging-kafka';
import { type AuditEntry, type Clock } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { type apiKeyCreated, aboutTenant, auditing } from '@caas/tenancy';
import { type ChangeOrigin } from '../change-origin.js';
import { type ApiKey, apiKeys } from './api-keys.collection.js';

type KeyEvent = EventDefinition & { readonly payload: (typeof apiKeyCreated)['payload'] };
type ToldKey = Pick<ApiKey, 'key_id' | 'tenant_id' | 'app_id' | 'key_prefix' | 'permissions' | 'restrictions'>;

export interface KeyChange<Result> {
  /** What is told, and of which key. */
  readonly tell: readonly { readonly event: KeyEvent; readonly of: ToldKey }[];
  /** The key that changes, the version that it gets, and what the security trail says of it. */
  readonly key: ToldKey;
  readonly version: number;
  readonly action: Pick<AuditEntry['action'], 'type' | 'name'>;
  readonly changes?: AuditEntry['changes'];
  readonly reason?: string | undefined;
  readonly write: () => Promise<Result>;
}

/** Commits changes of keys with what is told of them and their entry in the security trail. Neither has the key, nor anything that it could be found by. */
export class ApiKeyAnnouncer {
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor({ outbox, clock }: { outbox: Outbox; clock: Clock }) {
    this.#outbox = outbox;
    this.#clock = clock;
  }

  commit<Result>({ tell, key, version, action, changes, reason, write }: KeyChange<Result>, origin: ChangeOrigin): Promise<Result> {
    const at = this.#clock.now();
    const { applicationId } = origin;
    const events = tell.map(({ event, of }): Announcement =>
      announcing({
        event,
        tenant: aboutTenant(of.tenant_id),
        timestamp: at,
        payload: factsOf(of, { by: origin.by, at }),
        ...(applicationId !== undefined && { applicationId }),
      }),
    );
    const entry: AuditEntry = {
      tenantId: parseTenantId(key.tenant_id),
      actor: origin.actor ?? { type: 'system', id: origin.by },
      action: { category: 'config', ...action },
      target: { type: 'api_key', id: key.key_id, identifier: key.key_prefix },
      severity: 'medium',
      ...(changes !== undefined && { changes }),
      ...(reason !== undefined && { reason }),
    };
    return this.#outbox.commit({
      events: [...events, auditing(entry, at)],
      proof: { collection: apiKeys.name, tenantId: null, id: key.key_id, version },
      write,
    });
  }
}

function factsOf(row: ToldKey, { by, at }: { by: string; at: number }): PayloadOf<typeof apiKeyCreated> {
  const { key_id, tenant_id, app_id, key_prefix, permissions, restrictions } = row;
  return {
    key_id,
    tenant_id,
    ...(app_id !== null && { application_id: app_id }),
    key_prefix,
    scopes: permissions.scopes,
    ...(restrictions.expires_at !== null && { expires_at: restrictions.expires_at.getTime() }),
    by,
    at,
  };
}
