import { type CollectionDefinition, type PlatformCollection, type TenantCollection } from '@caas/data-access-mongo';
import { InternalError, ValidationError } from '@caas/runtime';
import { parseTenantId, text, z } from '@caas/schema';
import { tenantOperations } from '../../provisioning/tenant-operations.collection.js';
import { type SaasClient, saasClients } from '../../tenants/tenants.collection.js';
import { toTenantContext } from '../../tenants/to-tenant-context.js';
import { defineOperation, forgetStep, type LifecycleEnvironment, type LifecycleRun, wrongState } from '../lifecycle-operation.js';
import { type SagaContext, type SagaStep } from '../saga.js';
import { collectionsAboutTenants, tenantCollections } from '../tenant-collections.js';
import { tenantDeleted } from '../../platform-events/tenant.events.js';
import { tenantFact } from '../operation-events.js';
import { removeTopicsStep } from '../../topics/remove-topics.js';
import { transition } from '../transition.js';

/** Kept after a tenant is gone: what the law wants, the log of this very deletion, and events on their way. */
export const RETAINED_COLLECTIONS: ReadonlySet<string> = new Set(['invoices', 'audit_logs', 'tenant_operations', 'event_outbox']);

const input = z.strictObject({
  /** An export of this tenant that succeeded; null when there is a waiver. */
  export_id: text({ max: 40 }).nullable(),
  /** Who gave up the export in writing, and where that is kept; null when there is an export. */
  waiver: text({ max: 400 }).nullable(),
  /** The slug, typed once more. */
  confirm_slug: text({ max: 63 }),
  by: text({ min: 1, max: 100 }),
});
type Input = z.output<typeof input>;

function checkDeletable(client: SaasClient): void {
  const { state } = client.provisioning;
  if (client.status !== 'cancelled' || client.deleted_at === null) throw wrongState('Only a cancelled tenant can be removed.', client);
  if (state !== 'ready' && state !== 'failed' && state !== 'none' && state !== 'deleting') {
    throw wrongState('The tenant’s data cannot be removed now.', client);
  }
}

async function checkPrecautions({ client, input: given }: LifecycleRun<Input>, { mongo }: LifecycleEnvironment): Promise<void> {
  const refuse = (field: string, message: string): never => {
    throw new ValidationError([{ field, code: 'precaution', message }]);
  };
  if (given.confirm_slug !== client.slug) refuse('/confirm_slug', 'is not the slug of this tenant');
  if (given.export_id === null && given.waiver === null) refuse('/export_id', 'is needed, or a waiver');
  if (given.export_id === null) return;
  const found = await mongo.platform(tenantOperations).find(given.export_id, { readFrom: 'primary' });
  const isExport = found?.kind === 'export' && found.tenant_id === client.client_id && found.state === 'succeeded';
  if (!isExport) refuse('/export_id', 'is not an export of this tenant that has succeeded');
}

/** The list that is worked through, and its two kinds of places. */
function partsOf({ client }: LifecycleRun<Input>, { mongo, collections }: LifecycleEnvironment) {
  const operator = mongo.operateOnTenant(toTenantContext(client));
  const about = { tenant_id: client.client_id };
  const own = (definition: TenantCollection) => ({
    definition: definition as CollectionDefinition,
    step: `purge:${definition.name}`,
    count: () => operator.repository(definition).count({}, { includeDeleted: true, readFrom: 'primary' }),
    purge: () => operator.drop([definition]),
  });
  const platform = (definition: PlatformCollection) => ({
    definition: definition as CollectionDefinition,
    step: `purge:platform.${definition.name}`,
    count: () => mongo.operateOnPlatform(definition).count(about, { includeDeleted: true, readFrom: 'primary' }),
    purge: async () => void (await mongo.operateOnPlatform(definition).purge(about)),
  });
  const aboutTenant = collectionsAboutTenants(collections).filter(({ name }) => !RETAINED_COLLECTIONS.has(name));
  return [...tenantCollections(collections).map(own), ...aboutTenant.map(platform)];
}
type Part = ReturnType<typeof partsOf>[number];

const countsOf = ({ operation }: SagaContext): Record<string, number> => (operation.result['counts'] ?? {}) as Record<string, number>;

/** Counts first and once: after a kill, the rows that are already gone still stand in the tombstone. */
function purgeStep({ definition, step, count, purge }: Part): SagaStep {
  return {
    name: step,
    run: async (context) => {
      const known = countsOf(context)[definition.name];
      const total = typeof known === 'number' ? known : await count();
      if (known === undefined) await context.keep({ counts: { ...countsOf(context), [definition.name]: total } });
      await context.report({ name: definition.name, done: 0, total });
      await purge();
      await context.report({ name: definition.name, done: total, total });
    },
  };
}

/** A writer that had entered before the cancellation was known to it may have come after the purge: what it left goes now. */
function verifyStep(parts: readonly Part[]): SagaStep {
  return {
    name: 'verify',
    run: async () => {
      for (const { purge, count } of parts) if ((await count()) > 0) await purge();
      for (const { definition, count } of parts) {
        const left = await count();
        if (left > 0) throw new InternalError(`${left} rows of "${definition.name}" are left after the removal.`);
      }
    },
  };
}

/** What stays of the tenant: its id, when it went, and how much it was. Slug and address are free again. */
function tombstone(client: SaasClient): Partial<SaasClient> {
  const name = `purged-${client.client_id.slice('clnt_'.length)}`;
  return {
    company_name: name,
    slug: name,
    contact: { primary_email: `${name}@purged.invalid`, billing_email: null, phone: null, address: null },
    status_reason: null,
    metadata: null,
    security: { ...client.security, allowed_domains: [] },
    provisioning: { ...client.provisioning, state: 'purged' },
    purge_after: null,
  };
}

function tombstoneStep(clientId: string, by: string, environment: LifecycleEnvironment): SagaStep {
  const clients = environment.mongo.platform(saasClients);
  return {
    name: 'tombstone',
    run: (context) =>
      transition(environment, context, {
        clientId,
        isDone: ({ provisioning }) => provisioning.state === 'purged',
        check: checkDeletable,
        change: (client) => clients.updateManyById([{ id: clientId, set: tombstone(client) }]),
        fact: () =>
          tenantFact(tenantDeleted, ({ at, by: _, ...facts }) => ({
            ...facts,
            hard: true,
            deleted_by: by,
            deleted_at: at,
            rows: countsOf(context),
          })),
      }),
  };
}

/**
 * Removes a cancelled tenant for good: every row of its own and every row about it, by the list of definitions, in batches where a collection is shared, and
 * verified to be none. Its record becomes a tombstone. Cannot be undone; a run that was killed is gone on with.
 */
export const hardDelete = defineOperation({
  kind: 'hard_delete',
  input,
  irreversible: true,
  check: async (run, environment) => {
    checkDeletable(run.client);
    await checkPrecautions(run, environment);
  },
  preview: async (run, environment) => {
    const counts: [string, number][] = [];
    for (const { definition, count } of partsOf(run, environment)) counts.push([definition.name, await count()]);
    return { rows: Object.fromEntries(counts), retained: [...RETAINED_COLLECTIONS] };
  },
  steps: (run, environment) => {
    const { client_id: clientId } = run.client;
    const parts = partsOf(run, environment);
    const clients = environment.mongo.platform(saasClients);
    const begin: SagaStep = {
      name: 'begin',
      run: (context) =>
        transition(environment, context, {
          clientId,
          isDone: ({ provisioning }) => provisioning.state === 'deleting',
          check: checkDeletable,
          change: () => clients.updateManyById([{ id: clientId, set: { 'provisioning.state': 'deleting' } }]),
        }),
    };
    const tenantId = parseTenantId(clientId);
    return [
      begin,
      forgetStep(environment, tenantId),
      ...removeTopicsStep(run.client, environment),
      ...parts.map(purgeStep),
      verifyStep(parts),
      tombstoneStep(clientId, run.input.by, environment),
      { ...forgetStep(environment, tenantId), name: 'invalidate-tombstone' },
    ];
  },
});
