import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { type CollectionDefinition, type ReadRepository } from '@caas/data-access-mongo';
import { type JsonObject, text, z } from '@caas/schema';
import { saasClients } from '../../tenants/tenants.collection.js';
import { toTenantContext } from '../../tenants/to-tenant-context.js';
import { type ExportedFile, type ExportSource, writeExportFile } from '../export/export-file.js';
import { defineOperation, type LifecycleEnvironment, type LifecycleRun, wrongState } from '../lifecycle-operation.js';
import { tenantDataExported } from '../../platform-events/tenant.events.js';
import { announce, eventIdOf, tenantFact } from '../operation-events.js';
import { type SagaContext, type SagaStep } from '../saga.js';
import { collectionsAboutTenants, tenantCollections } from '../tenant-collections.js';

/** The level of the form of exports; raised when a reader of the old one could not read the new one. */
export const EXPORT_FORMAT = 1;
export const MANIFEST = 'manifest.json';

const input = z.strictObject({
  /** A folder on the machine of the process that exports; made if it is not there. Absolute. */
  folder: text({ min: 1, max: 1_000 }).regex(/^\//u, 'must be absolute'),
  by: text({ min: 1, max: 100 }),
});
type Input = z.output<typeof input>;

/** All rows about the tenant: its own, those of CAAS about it, and its record. */
function sourcesOf({ client }: LifecycleRun<Input>, { mongo, collections }: LifecycleEnvironment): ExportSource[] {
  const reader = mongo.inspectTenant(toTenantContext(client));
  const source = (definition: CollectionDefinition, repository: unknown, filter: ExportSource['filter']): ExportSource => ({
    definition,
    repository: repository as ReadRepository<CollectionDefinition>,
    filter,
  });
  return [
    source(saasClients, mongo.platform(saasClients), { client_id: client.client_id }),
    ...tenantCollections(collections).map((definition) => source(definition, reader.repository(definition), {})),
    ...collectionsAboutTenants(collections).map((definition) =>
      source(definition, mongo.platform(definition), { tenant_id: client.client_id }),
    ),
  ];
}

const fileName = ({ name, scope, database }: CollectionDefinition): string =>
  `${scope === 'tenant' ? 'tenant' : database}.${name}.jsonl.gz`;

function filesOf({ operation }: SagaContext): ExportedFile[] {
  return (operation.result['files'] ?? []) as unknown as ExportedFile[];
}

function fileStep(source: ExportSource, folder: string): SagaStep {
  const name = fileName(source.definition);
  return {
    name: `export:${source.definition.scope === 'tenant' ? '' : 'platform.'}${source.definition.name}`,
    run: async (context) => {
      const onRows = (done: number): Promise<void> => context.report({ name: source.definition.name, done, total: null });
      const file = await writeExportFile(source, { path: join(folder, name), name, signal: context.signal, onRows });
      const others = filesOf(context).filter((other) => other.name !== name);
      await context.keep({ files: [...others, file] as unknown as JsonObject[] });
    },
  };
}

/** Last, so that a folder with a manifest is a complete export. */
function manifestStep({ client, input: { folder } }: LifecycleRun<Input>, { clock }: LifecycleEnvironment): SagaStep {
  return {
    name: 'manifest',
    run: async (context) => {
      const files = filesOf(context);
      const manifest = {
        format: EXPORT_FORMAT,
        export_id: context.operation.operation_id,
        tenant_id: client.client_id,
        schema_version: client.provisioning.schema_version,
        isolation: client.isolation.model,
        started_at: context.operation.created_at.toISOString(),
        ended_at: new Date(clock.now()).toISOString(),
        rows: files.reduce((sum, { rows }) => sum + rows, 0),
        files,
      };
      const body = `${JSON.stringify(manifest, null, 2)}\n`;
      await writeFile(join(folder, `${MANIFEST}.part`), body, { mode: 0o600 });
      await rename(join(folder, `${MANIFEST}.part`), join(folder, MANIFEST));
      await context.keep({ folder, rows: manifest.rows, manifest_sha256: createHash('sha256').update(body).digest('hex') });
    },
  };
}

/**
 * Writes everything that is stored about a tenant into a folder: one gzipped file of JSON Lines per collection and a manifest with counts and SHA-256 of each.
 * Sealed secrets, hashes of secrets and passwords are left out. The tenant may work meanwhile: each file is read in the order of ids, so what was there at
 * the beginning and is not deleted is in it. Possible in every state but purged.
 */
export const exportData = defineOperation({
  kind: 'export',
  input,
  check: ({ client }) => {
    const { state } = client.provisioning;
    if (state === 'none' || state === 'purged' || state === 'provisioning' || state === 'deleting') {
      throw wrongState('There is no complete data to export.', client);
    }
  },
  preview: (run, environment) => Promise.resolve({ files: sourcesOf(run, environment).map(({ definition }) => fileName(definition)) }),
  steps: (run, environment) => [
    {
      name: 'folder',
      run: async () => {
        await mkdir(run.input.folder, { recursive: true, mode: 0o700 });
      },
    },
    ...sourcesOf(run, environment).map((source) => fileStep(source, run.input.folder)),
    manifestStep(run, environment),
    {
      name: 'announce',
      run: async (context) => {
        const eventId = await eventIdOf(context.log);
        const { rows = 0, manifest_sha256: manifestSha256 } = context.operation.result;
        const size_bytes = filesOf(context).reduce((sum, { bytes }) => sum + bytes, 0);
        const fact = tenantFact(tenantDataExported, ({ at, by, ...facts }) => ({
          ...facts,
          export_id: facts.operation_id,
          requested_by: by,
          rows: Number(rows),
          size_bytes,
          ...(typeof manifestSha256 === 'string' && { manifest_sha256: manifestSha256 }),
          exported_at: at,
        }));
        await announce(environment, { fact, operation: context.operation, eventId });
      },
    },
  ],
});
