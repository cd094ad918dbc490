import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { letters } from '../../fixtures/lifecycle-collections.fixture.js';
import { HASH, LifecycleBench } from '../../fixtures/lifecycle.fixture.js';
import { exportData, MANIFEST } from '../operations/export.js';
import { hardDelete } from '../operations/hard-delete.js';
import { softDelete } from '../operations/soft-delete.js';
import { fromLine } from './export-line.js';

const by = 'spec';
/** More than one batch; once is enough, because the read is the same in every place. */
const ROWS_OF = { shared: 1_003, collection: 7, database: 7 } as const;
interface Manifest {
  readonly export_id: string;
  readonly rows: number;
  readonly files: readonly { name: string; rows: number; bytes: number; sha256: string }[];
}

describe.each(['shared', 'collection', 'database'] as const)('an export of a tenant of the %s strategy', (model) => {
  let bench: LifecycleBench;
  let root: string;
  beforeAll(async () => {
    bench = await LifecycleBench.open();
    root = await mkdtemp(join(tmpdir(), 'caas-export-'));
  });
  afterAll(async () => {
    await rm(root, { recursive: true, force: true });
    await bench?.end();
  });
  const linesOf = async (folder: string, name: string): Promise<Record<string, unknown>[]> =>
    gunzipSync(await readFile(join(folder, name)))
      .toString()
      .split('\n')
      .filter(Boolean)
      .map(fromLine);

  it('has every row of the tenant, none of another, and counts and checksums that are true', async () => {
    const [{ tenant }, other] = [await bench.tenant(model, ROWS_OF[model]), await bench.tenant(model)];
    const untouched = await bench.everything(other.tenant);
    const folder = join(root, 'all');

    const operation = await bench.runner().begin(exportData, { tenantId: tenant.tenantId, input: { folder, by }, requestedBy: by });

    const body = await readFile(join(folder, MANIFEST));
    const manifest = JSON.parse(body.toString()) as Manifest;
    expect(operation.result['manifest_sha256']).toBe(createHash('sha256').update(body).digest('hex'));
    expect(manifest).toMatchObject({
      format: 1,
      export_id: operation.operation_id,
      tenant_id: tenant.tenantId,
      isolation: model,
      schema_version: 0,
    });
    expect((await readdir(folder)).toSorted()).toEqual([MANIFEST, ...manifest.files.map(({ name }) => name)].toSorted());
    for (const { name, rows, bytes, sha256 } of manifest.files) {
      const file = await readFile(join(folder, name));
      expect([name, file.length, createHash('sha256').update(file).digest('hex')]).toEqual([name, bytes, sha256]);
      const exported = await linesOf(folder, name);
      expect([name, exported.length]).toEqual([name, rows]);
      expect(new Set(exported.map((row) => row['tenant_id'] ?? row['client_id']))).toEqual(new Set(rows === 0 ? [] : [tenant.tenantId]));
    }
    expect(manifest.files.find(({ name }) => name === 'tenant.letters.jsonl.gz')).toMatchObject({ rows: ROWS_OF[model] + 1 });
    expect(await bench.eventTypes(tenant.tenantId)).toEqual(['tenant.provisioned', 'tenant.data_exported']);
    expect(await bench.everything(other.tenant)).toBe(untouched);
  });

  it('gives documents back as they are stored, without their secrets', async () => {
    const { tenant } = await bench.tenant(model);
    const folder = join(root, 'secrets');

    await bench.runner().begin(exportData, { tenantId: tenant.tenantId, input: { folder, by }, requestedBy: by });

    const stored = await bench.mongo
      .inspectTenant(tenant)
      .repository(letters)
      .findMany({}, { includeDeleted: true, sort: { letter_id: 1 } });
    const exported = await linesOf(folder, 'tenant.letters.jsonl.gz');
    expect(exported).toEqual(
      stored.map(({ seal: _seal, lookup: _lookup, ...rest }) => ({ ...rest, attachments: rest.attachments.map(({ name }) => ({ name })) })),
    );
    expect(exported[0]).toMatchObject({ checksum: HASH });
  });

  it('is accepted instead of a waiver when the tenant is removed', async () => {
    const { tenant, client } = await bench.tenant(model);
    const { tenantId } = tenant;
    await bench.runner().begin(softDelete, { tenantId, input: { reason: null, by }, requestedBy: by });
    const folder = join(root, 'before-removal');
    const { operation_id: exportId } = await bench.runner().begin(exportData, { tenantId, input: { folder, by }, requestedBy: by });

    const input = { export_id: exportId, waiver: null, confirm_slug: client.slug, by };
    const operation = await bench.runner().begin(hardDelete, { tenantId, input, requestedBy: by });

    expect(operation.state).toBe('succeeded');
  });
});
