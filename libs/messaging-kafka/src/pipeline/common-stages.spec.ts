import { describe, expect, it } from '@jest/globals';
import { ManualClock, PLAN_LIMITS, type TenantContext, type TenantDirectory, UnavailableError } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { z } from 'zod';
import { defineEvent } from '../definitions/event.js';
import { anEvent, aPipeline, aRun, outcomes, SPEC_TENANT, someMetrics } from '../fixtures/pipeline.fixture.js';
import { deserializeStage, metricsStage, tenantContextStage, validateStage } from './common-stages.js';
import { PipelineItem } from './pipeline-item.js';
import { pipelineMetrics } from './pipeline-metrics.js';

const added = defineEvent({ type: 'note.added', version: '1.0.0', key: 'note_id', payload: z.strictObject({ note_id: z.string() }) });
const item = (...change: Parameters<typeof anEvent>) => new PipelineItem(anEvent(...change));
const deserialize = deserializeStage([added]);

function aTenant(change: Partial<TenantContext> = {}): TenantContext {
  return {
    tenantId: parseTenantId(SPEC_TENANT),
    name: 'Example',
    plan: 'free',
    status: 'active',
    provisioning: 'ready',
    isolation: { model: 'shared', epoch: 1 },
    limits: PLAN_LIMITS.free,
    ...change,
  };
}

const directory = (get: TenantDirectory['get']): TenantDirectory => ({ get, invalidate: async () => undefined });

describe('deserialize', () => {
  it('skips types that are not of this pipeline, and refuses what is no event', async () => {
    const batch = [item(), item({ type: 'note.removed' }), item({ kind: 'tombstone' as 'event' })];

    await aPipeline([deserialize]).run(batch, aRun());

    expect(outcomes(batch)).toEqual(['ok', 'skip', 'dlq']);
  });
});

describe('validate', () => {
  it('refuses what lies in the future, and what lies under another key', async () => {
    const clock = new ManualClock(1_000_000);
    const batch = [item({ timestamp: 1_300_000 }), item({ timestamp: 1_300_001 }), item({ key: 'b' })];

    await aPipeline([deserialize, validateStage({ clock, events: [added] })]).run(batch, aRun());

    expect(batch.map(({ outcome }) => ('error' in outcome ? (outcome.error as { details?: unknown }).details : outcome.kind))).toEqual([
      'ok',
      { reason: 'FUTURE_TIMESTAMP' },
      { reason: 'KEY_MISMATCH' },
    ]);
  });
});

describe('tenant-context', () => {
  const run = async (get: TenantDirectory['get']) => {
    const batch = [item(), item()];
    await aPipeline([deserialize, tenantContextStage({ tenants: directory(get) })]).run(batch, aRun());
    return batch;
  };

  it('asks once for each tenant', async () => {
    let asked = 0;
    const tenant = aTenant();

    const batch = await run(async () => {
      asked += 1;
      return tenant;
    });

    expect(asked).toBe(1);
    expect(batch.map((one) => one.tenant)).toEqual([tenant, tenant]);
  });

  it.each<[string, TenantDirectory['get'], string]>([
    ['does not exist', () => undefined, 'dlq'],
    ['is suspended', () => aTenant({ status: 'suspended' }), 'reject'],
    ['is cancelled', () => aTenant({ status: 'cancelled' }), 'reject'],
    ['is being provisioned', () => aTenant({ provisioning: 'provisioning' }), 'pause'],
    ['moves', () => aTenant({ provisioning: 'migrating' }), 'ok'],
    ['cannot be read', () => Promise.reject(new UnavailableError('away')), 'pause'],
  ])('settles records whose tenant %s', async (_, get, kind) => {
    expect(outcomes(await run(get))).toEqual([kind, kind]);
  });
});

describe('metrics', () => {
  it('counts every record by what became of it', async () => {
    const metrics = someMetrics();
    const batch = [item(), item(), item({ type: 'other' })];
    if (batch[1] !== undefined) batch[1].isDuplicate = true;

    await aPipeline([deserialize, metricsStage(pipelineMetrics(metrics))], metrics).run(batch, aRun());

    const { body } = await metrics.render();
    const counted = [...body.matchAll(/^caas_pipeline_runs_total\{pipeline="spec",result="(\w+)".*\} (\d+)$/gm)].map(
      ([, ...found]) => found,
    );
    expect(counted).toEqual([
      ['ok', '1'],
      ['duplicate', '1'],
      ['skipped', '1'],
    ]);
  });
});
