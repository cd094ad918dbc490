import { announcing, type Outbox } from '@caas/composition';
import { changesBetween, type EventDefinition } from '@caas/messaging-kafka';
import { type AuditEntry, type Clock } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { type applicationUpdated, aboutTenant, auditChanges, auditing } from '@caas/tenancy';
import { type ChangeOrigin } from '../change-origin.js';
import { type Application, applications } from './applications.collection.js';

type ApplicationEvent = EventDefinition & { readonly payload: (typeof applicationUpdated)['payload'] };
type ToldApplication = Pick<
  Application,
  'app_id' | 'tenant_id' | 'name' | 'description' | 'status' | 'environment' | 'config' | 'security'
>;

export interface ApplicationChange<Result> {
  readonly event: ApplicationEvent;
  readonly before?: ToldApplication;
  readonly after: ToldApplication;
  readonly version: number;
  /** `application.updated` is told as such unless the security trail knows it by another name. */
  readonly action?: Pick<AuditEntry['action'], 'type' | 'name'>;
  readonly write: () => Promise<Result>;
}

/** Commits changes of applications with what is told of them and their entry in the security trail. */
export class ApplicationAnnouncer {
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor({ outbox, clock }: { outbox: Outbox; clock: Clock }) {
    this.#outbox = outbox;
    this.#clock = clock;
  }

  commit<Result>({ event, before, after, version, action, write }: ApplicationChange<Result>, origin: ChangeOrigin): Promise<Result> {
    const at = this.#clock.now();
    const { app_id: id, tenant_id, name } = after;
    const fields = before === undefined ? [] : changesBetween(factsOf(before), factsOf(after));
    const payload = { application_id: id, tenant_id, name, ...(fields.length > 0 && { changes: fields }), by: origin.by, at };
    const { applicationId } = origin;
    const changes = auditChanges(before === undefined ? {} : factsOf(before), factsOf(after));
    const entry: AuditEntry = {
      tenantId: parseTenantId(tenant_id),
      actor: origin.actor ?? { type: 'system', id: origin.by },
      action: { category: 'config', type: event.type.slice('application.'.length), name: event.type, ...action },
      target: { type: 'application', id, identifier: name },
      severity: 'medium',
      ...(changes !== undefined && { changes }),
    };
    return this.#outbox.commit({
      events: [
        announcing({
          event,
          tenant: aboutTenant(tenant_id),
          timestamp: at,
          payload,
          ...(applicationId !== undefined && { applicationId }),
        }),
        auditing(entry, at),
      ],
      proof: { collection: applications.name, tenantId: null, id, version },
      write,
    });
  }
}

/** What is told of an application, by path. Signing keys are public. */
function factsOf({ name, description, status, environment, config, security }: ToldApplication): Record<string, unknown> {
  const of = (prefix: string, fields: object) => Object.entries(fields).map(([key, value]) => [`${prefix}.${key}`, value] as const);
  const keys = security.jwt_keys.map(({ kid, alg, status: state }) => ({ kid, alg, status: state }));
  return {
    name,
    description,
    status,
    environment,
    ...Object.fromEntries([...of('config', config), ...of('security', { ...security, jwt_keys: keys })]),
  };
}
