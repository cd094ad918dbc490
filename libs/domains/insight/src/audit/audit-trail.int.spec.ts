import { afterAll, describe, expect, it } from '@jest/globals';
import { temporaryDatabases } from '@caas/data-access-mongo/testing';
import { connectKafka, type ConsumerContext, type DecodedRecord } from '@caas/messaging-kafka';
import { createLogger, ManualClock, Metrics, UnavailableError } from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { auditPayload, platformAudit } from '@caas/tenancy';
import { waitUntil } from '@caas/testing';
import { stack } from '@caas/testing/stack';
import { insightModule } from '../insight.module.js';
import { chainHash } from './audit-chain.js';
import { auditLogs } from './audit-logs.collection.js';
import { auditProcessor } from './audit-processor.consumer.js';
import { AuditRecorder } from './audit-recorder.js';
import { AuditStore, type ToldAudit } from './audit-store.js';
import { AuditVerification } from './audit-verification.js';

const {
  mongodb_uri: stackUri,
  kafka: { brokers, sasl },
  registry_url: registryUrl,
} = stack();
const uri = process.env['MONGODB_URI'] ?? stackUri;
const logger = createLogger({ service: 'spec', level: 'silent' });
const clock = new ManualClock(Date.UTC(2026, 10, 27, 12));
const databases = await temporaryDatabases({ uri, collections: insightModule.collections, clock });
const { mongo } = databases;
const store = new AuditStore({ mongo });
const kafka = await connectKafka({
  config: { brokers, registryUrl, replicationFactor: 1, ...(sasl && { sasl }) },
  logger,
  metrics: new Metrics({ service: 'spec', defaults: false }),
  clientId: 'caas-spec-audit',
  topics: [platformAudit],
});
await kafka.topics.apply([platformAudit]);
afterAll(async () => {
  await kafka.close();
  await databases.end();
});

const anEntry = (change: object = {}) => ({
  tenantId: newTenantId(),
  actor: { type: 'api', id: newId('key'), ip: '192.0.2.1' } as const,
  action: { category: 'config', type: 'create', name: 'api_key.created' } as const,
  target: { type: 'api_key', id: newId('key') },
  ...change,
});
const stored = (tenantId: string) =>
  mongo.platform(auditLogs).findMany({ tenant_id: tenantId }, { sort: { created_at: 1, audit_id: 1 }, readFrom: 'primary' });
const aTold = (tenantId: string, n: number): ToldAudit => {
  const { tenantId: _, ...entry } = anEntry({ reason: `${n}`, auditId: newId('aud') });
  return { tenantId, at: clock.now(), payload: auditPayload({ ...entry, tenantId: null }, clock.now()) };
};

it('an entry goes over Kafka and not past it', async () => {
  const entry = anEntry({ auditId: newId('aud') });

  await new AuditRecorder({ kafka, store, clock, logger }).record(entry);

  expect(await stored(entry.tenantId)).toEqual([]);
});

it('an entry that Kafka does not take goes straight into the store, as the same one, and comes once', async () => {
  const auditId = newId('aud');
  const entry = anEntry({ auditId });
  const producer = { send: () => Promise.reject(new UnavailableError('Kafka is away')) };
  const recorder = new AuditRecorder({ kafka: { producer: () => producer as never }, store, clock, logger });

  await recorder.record(entry);
  await recorder.record(entry);

  const rows = await stored(entry.tenantId);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    audit_id: auditId,
    tenant_id: entry.tenantId,
    actor: { type: 'api', id: entry.actor.id, ip: '192.0.2.1', email: null, role: null, user_agent: null, on_behalf_of: null },
    action: entry.action,
    target: { type: 'api_key', id: entry.target.id, identifier: null },
    changes: null,
    result: { status: 'success', error_code: null, error_message: null },
    severity: 'info',
    timestamp: new Date(clock.now()),
    retention: { expires_at: new Date(clock.now() + 365 * 86_400_000), legal_hold: false },
    prev_hash: null,
  });
});

it('a note that nothing takes is written to standard error, and so is what comes faster than it can be kept', async () => {
  const lines: string[] = [];
  const refuse = () => Promise.reject(new UnavailableError('away'));
  const parts = { kafka: { producer: () => ({ send: refuse }) as never }, store: { append: refuse } as never, clock, logger };
  const recorder = new AuditRecorder({ ...parts, spill: { write: (line: string) => lines.push(line) } });

  for (let count = 0; count < 1_001; count++) recorder.note(anEntry());
  const atOnce = lines.length;
  await waitUntil('every line', () => (lines.length === 1_001 ? true : undefined));

  expect(atOnce).toBe(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ audit: { payload: { action: { name: 'api_key.created' } } } });
});

const chainOf = (tenantId: string) =>
  mongo.platform(auditLogs).findMany({ tenant_id: tenantId }, { sort: { 'chain.day': 1, 'chain.sequence': 1 }, readFrom: 'primary' });
const noon = new Date(clock.now());
const verify = (tenantId: string) => new AuditVerification({ mongo, clock }).verify(tenantId, { from: noon, to: noon });

it('entries of a tenant are chained in their order, and a repeated batch changes nothing', async () => {
  const tenantId = newTenantId();
  const told = [1, 2, 3].map((n) => aTold(tenantId, n));
  const definition = auditProcessor({ store });
  if (definition.shape !== 'batch') throw new Error('the processor takes batches');
  const records = told.map(({ at, payload }) => ({ tenantId, payload, envelope: { timestamp: at } })) as unknown as DecodedRecord[];
  const context = { isOwned: () => true } as ConsumerContext;

  await definition.handle(records.slice(0, 2), context);
  await definition.handle(records, context);

  const rows = await chainOf(tenantId);
  expect(rows.map(({ metadata, chain }) => [metadata.reason, chain.sequence])).toEqual([
    ['1', 1],
    ['2', 2],
    ['3', 3],
  ]);
  expect(rows.map(({ prev_hash: previous }) => previous)).toEqual([null, rows[0]?.hash, rows[1]?.hash]);
  expect(await verify(tenantId)).toMatchObject({ isIntact: true, entries: 3, days: 1, faults: [] });
});

it('the chain does not fork when two processes append at the same moment, also the same entries', async () => {
  const tenantId = newTenantId();
  const other = new AuditStore({ mongo });
  const told = Array.from({ length: 12 }, (_, n) => aTold(tenantId, n));

  await Promise.all([
    ...told.slice(0, 8).map((entry) => store.append([entry])),
    ...told.slice(4).map((entry) => other.append([entry])),
    store.append(told.slice(0, 3)),
    other.append(told.slice(9)),
  ]);

  const rows = await chainOf(tenantId);
  expect(rows.map(({ chain }) => chain.sequence)).toEqual(told.map((_, index) => index + 1));
  expect(new Set(rows.map(({ audit_id }) => audit_id))).toEqual(new Set(told.map(({ payload }) => payload.audit_id)));
  expect(await verify(tenantId)).toMatchObject({ isIntact: true, entries: 12 });
});

describe('somebody with other rights on the collection', () => {
  /** Four entries, of which somebody touched one. */
  const touched = async (touch: (ids: string[]) => Promise<unknown>) => {
    const tenantId = newTenantId();
    await store.append([1, 2, 3, 4].map((n) => aTold(tenantId, n)));
    await touch((await chainOf(tenantId)).map(({ audit_id: id }) => id));
    return verify(tenantId);
  };
  const rows = mongo.platform(auditLogs);

  it('changes an entry: it shows as changed', async () => {
    const verdict = await touched(([, second = '']) => rows.update(second, { set: { severity: 'critical' } }));

    expect(verdict).toMatchObject({ isIntact: false, faults: [{ sequence: 2, fault: 'changed' }] });
  });

  it('removes one: the next shows it', async () => {
    const verdict = await touched(([, second = '']) => rows.delete(second));

    expect(verdict).toMatchObject({ isIntact: false, entries: 3, faults: [{ sequence: 3, fault: 'missing' }] });
  });

  it('removes the first: the next shows it, unless the day is old enough to expire', async () => {
    const tenantId = newTenantId();
    await store.append([1, 2].map((n) => aTold(tenantId, n)));
    await rows.delete((await chainOf(tenantId))[0]?.audit_id ?? '');
    const inAYear = new AuditVerification({ mongo, clock: new ManualClock(clock.now() + 365 * 86_400_000) });

    expect((await verify(tenantId)).faults).toMatchObject([{ sequence: 2, fault: 'missing' }]);
    expect(await inAYear.verify(tenantId, { from: noon, to: noon })).toMatchObject({ isIntact: true, entries: 1 });
  });

  it('rewrites an entry with a hash that fits it: the next one does not follow it', async () => {
    const verdict = await touched(async ([first = '']) => {
      const forged = { ...(await rows.get(first)), severity: 'low' } as const;
      await rows.update(first, { set: { severity: 'low', hash: chainHash(forged, null) } });
    });

    expect(verdict).toMatchObject({ isIntact: false, faults: [{ sequence: 2, fault: 'unlinked' }] });
  });

  it('holds it for good, which changes nothing', async () => {
    const verdict = await touched(([first = '']) => rows.update(first, { set: { 'retention.legal_hold': true } }));

    expect(verdict.isIntact).toBe(true);
  });
});
