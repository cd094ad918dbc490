import { type Outbox, announcing } from '@caas/composition';
import { type Mongo } from '@caas/data-access-mongo';
import { changesBetween } from '@caas/messaging-kafka';
import { type AuditEntry, type Clock, ConflictError, DuplicateKeyError, type TenantContext, type TenantDirectory } from '@caas/runtime';
import { email, normalizeEmail, phone, postalAddress, text, int32, z } from '@caas/schema';
import { auditChanges } from '../audit/audit-changes.js';
import { auditing } from '../audit/auditing.js';
import { tenantUpdated } from '../platform-events/tenant.events.js';
import { type SaasClient, saasClients } from './tenants.collection.js';

/** What a tenant may change of its own record. */
export const tenantChanges = z.strictObject({
  company_name: text({ min: 1, max: 200 }).optional(),
  contact: z
    .strictObject({
      primary_email: email({ anyCase: true }).optional(),
      billing_email: email({ anyCase: true }).nullable().optional(),
      phone: phone().nullable().optional(),
      address: postalAddress().nullable().optional(),
    })
    .optional(),
  security: z
    .strictObject({
      mfa_required: z.boolean().optional(),
      ip_whitelist_enabled: z.boolean().optional(),
      session_timeout_minutes: int32({ min: 5, max: 1440 }).optional(),
    })
    .optional(),
});
export type TenantChanges = z.output<typeof tenantChanges>;

export interface AccountChange {
  readonly changes: TenantChanges;
  readonly expectedVersion?: number | undefined;
  readonly by: string;
  readonly actor: AuditEntry['actor'];
}

/** A tenant's own record. */
export class TenantAccountService {
  readonly #parts: { mongo: Mongo; outbox: Outbox; clock: Clock; tenants: Pick<TenantDirectory, 'invalidate'> };

  constructor({
    mongo,
    outbox,
    clock,
    tenants,
  }: {
    mongo: Mongo;
    outbox: Outbox;
    clock: Clock;
    tenants: Pick<TenantDirectory, 'invalidate'>;
  }) {
    this.#parts = { mongo, outbox, clock, tenants };
  }

  /** Rejects with `NotFoundError`. */
  get({ tenantId }: TenantContext): Promise<SaasClient> {
    return this.#parts.mongo.platform(saasClients).get(tenantId, { includeDeleted: true, readFrom: 'primary' });
  }

  /** Changes what is named, here and in every process; the rest stays. Rejects with `ConflictError` when another tenant has the address. */
  async update(tenant: TenantContext, { changes, expectedVersion, by, actor }: AccountChange): Promise<SaasClient> {
    const { mongo, outbox, clock, tenants } = this.#parts;
    const { tenantId } = tenant;
    const before = await this.get(tenant);
    const set = {
      company_name: changes.company_name ?? before.company_name,
      contact: { ...before.contact, ...definedOf(withLowerCase(changes.contact ?? {})) },
      security: { ...before.security, ...definedOf(changes.security ?? {}) },
    };
    const told = auditChanges(flat(before), flat(set));
    if (told === undefined) return before;
    const at = clock.now();
    const { __v: version } = before;
    const hidden = (field: string): boolean => field.startsWith('contact.');
    const payload = { tenant_id: tenantId, changes: changesBetween(flat(before), flat(set), hidden), updated_by: by, updated_at: at };
    const entry: AuditEntry = {
      tenantId,
      actor,
      action: { category: 'config', type: 'update', name: 'tenant.updated' },
      target: { type: 'tenant', id: tenantId },
      changes: told,
      severity: 'medium',
    };
    try {
      const after = await outbox.commit({
        events: [announcing({ event: tenantUpdated, tenant, timestamp: at, payload }), auditing(entry, at)],
        proof: { collection: saasClients.name, tenantId: null, id: tenantId, version: version + 1 },
        write: () => mongo.platform(saasClients).update(tenantId, { set }, { expectedVersion: expectedVersion ?? version }),
      });
      await tenants.invalidate(tenantId);
      return after;
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
      throw new ConflictError('Another tenant has this address.', { details: { conflictWith: 'contact.primary_email' }, cause: error });
    }
  }
}

function withLowerCase<Contact extends { primary_email?: string | undefined; billing_email?: string | null | undefined }>(
  contact: Contact,
): Contact {
  const { primary_email: primary, billing_email: billing } = contact;
  return {
    ...contact,
    ...(primary !== undefined && { primary_email: normalizeEmail(primary) }),
    ...(typeof billing === 'string' && { billing_email: normalizeEmail(billing) }),
  };
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function definedOf<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}

function flat({ company_name, contact, security }: Pick<SaasClient, 'company_name' | 'contact' | 'security'>): Record<string, unknown> {
  const of = (prefix: string, fields: object) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix}.${name}`, value]));
  return { company_name, ...of('contact', contact), ...of('security', security) };
}
