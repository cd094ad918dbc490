import { describe, expect, it } from '@jest/globals';
import { defineCollection, defineMigration, MIGRATION_COLLECTIONS, OUTBOX_COLLECTIONS, STREAM_COLLECTIONS } from '@caas/data-access-mongo';
import { defineConsumer, defineTopic, internalDlq, defineEvent } from '@caas/messaging-kafka';
import { text, z } from '@caas/schema';
import { defineModule, type ModuleDefinition } from './define-module.js';
import { ModuleList } from './module-list.js';
import { type ProvisioningStep } from './provisioning-step.js';
import { type Services } from './services.js';

const services = { instanceId: 'spec-1' } as Services;

const aCollection = (name: string) =>
  defineCollection({
    name,
    scope: 'tenant',
    id: { field: 'event_id', prefix: 'evt' },
    schema: z.strictObject({ body: text({ max: 9 }) }),
    description: '',
  });

const aTopic = (family: string) =>
  defineTopic({
    family,
    scope: 'tenant',
    format: 'json',
    partitions: 1,
    retentionMs: 3_600_000,
    cleanup: 'delete',
    events: [defineEvent({ type: 'note.written', version: '1.0.0', key: null, payload: z.strictObject({ body: text({ max: 9 }) }) })],
    description: '',
  });

const aMigration = (version: string) =>
  defineMigration({ version, name: 'nothing', scope: 'platform', up: () => Promise.resolve(), down: () => Promise.resolve() });

const aModule = (name: string, change: Partial<ModuleDefinition> = {}) => defineModule({ name, collections: [], topics: [], ...change });

/** A provisioning part that notes when it is loaded and what it is built from. */
function aPart(names: readonly string[], log: string[] = []) {
  return () => {
    log.push(`load ${names.join()}`);
    return Promise.resolve({
      default: ({ instanceId }: Services): ProvisioningStep[] => {
        log.push(`build ${names.join()} for ${instanceId}`);
        return names.map((name) => ({ name, run: () => Promise.resolve() }));
      },
    });
  };
}

describe('ModuleList', () => {
  it('gathers collections and topics in the order of the modules, and adds those of the infrastructure', () => {
    const [one, two] = [aCollection('ones'), aCollection('twos')];
    const topic = aTopic('notes.events');

    const list = new ModuleList([aModule('b', { collections: [one] }), aModule('a', { collections: [two], topics: [topic] })]);

    expect(list.collections).toEqual([one, two, ...MIGRATION_COLLECTIONS, ...STREAM_COLLECTIONS, ...OUTBOX_COLLECTIONS]);
    expect(list.collections.slice(0, 3).map((collection) => list.ownerOf(collection))).toEqual(['b', 'a', undefined]);
    expect(list.topics).toEqual([topic, internalDlq]);
  });

  it('adds the retry topics of the listed groups, and refuses a list that the consumers do not agree with', async () => {
    const consumersOf = (retries: boolean) => ({
      consumers: () =>
        Promise.resolve({
          default: () => [defineConsumer({ group: 'note-sink', topics: [internalDlq], retries, handle: () => Promise.resolve() })],
        }),
    });
    const listed = new ModuleList([aModule('a', { retryGroups: ['note-sink'], ...consumersOf(true) })]);

    expect(listed.topics.map(({ family }) => family)).toEqual([
      'internal.retry.note-sink.1',
      'internal.retry.note-sink.2',
      'internal.retry.note-sink.3',
      'internal.dlq',
    ]);
    expect((await listed.consumers(services)).map(({ group }) => group)).toEqual(['note-sink']);
    await expect(new ModuleList([aModule('a', consumersOf(true))]).consumers(services)).rejects.toThrow('list it in the retryGroups');
    await expect(new ModuleList([aModule('a', { retryGroups: ['note-sink'], ...consumersOf(false) })]).consumers(services)).rejects.toThrow(
      'does not say retries: true',
    );
  });

  it('gathers migrations in the order of their versions', async () => {
    const migrationsOf = (...versions: string[]) => ({ migrations: () => Promise.resolve({ default: versions.map(aMigration) }) });

    const list = new ModuleList([aModule('a', migrationsOf('V003', 'V001')), aModule('b'), aModule('c', migrationsOf('V002'))]);

    expect((await list.migrations()).map(({ version }) => version)).toEqual(['V001', 'V002', 'V003']);
    await expect(new ModuleList([aModule('a', migrationsOf('V001')), aModule('b', migrationsOf('V001'))]).migrations()).rejects.toThrow(
      'V001',
    );
  });

  it('refuses two jobs of one name, and two counts of one resource', async () => {
    const job = { name: 'sync', start: () => undefined, stop: async () => undefined };
    const count = { resource: 'users_count' as const, isLowerBound: false, count: async () => 1 };
    const part =
      <Product>(...products: Product[]) =>
      async () => ({ default: () => products });
    const twice = new ModuleList([
      aModule('a', { jobs: part(job), usage: part(count) }),
      aModule('b', { jobs: part(job), usage: part(count) }),
    ]);
    const once = new ModuleList([aModule('a', { jobs: part(job) }), aModule('b', { usage: part(count) })]);

    expect([await once.jobs(services), await once.usage(services)]).toEqual([[job], [count]]);
    await expect(twice.jobs(services)).rejects.toThrow('job "sync"');
    await expect(twice.usage(services)).rejects.toThrow('count of the resource "users_count"');
  });

  describe('refuses two definitions of one', () => {
    it.each<[string, ModuleDefinition[], RegExp]>([
      ['module', [aModule('a'), aModule('a')], /module "a"/],
      [
        'collection',
        [aModule('a', { collections: [aCollection('ones')] }), aModule('b', { collections: [aCollection('ones')] })],
        /collection "ones"/,
      ],
      [
        'topic',
        [aModule('a', { topics: [aTopic('notes.events')] }), aModule('b', { topics: [aTopic('notes.events')] })],
        /topic "notes.events"/,
      ],
      ['topic that is everybody’s', [aModule('a', { topics: [internalDlq] })], /topic "internal.dlq"/],
    ])('%s', (_, modules, message) => {
      expect(() => new ModuleList(modules)).toThrow(message);
    });

    it('provisioning step', async () => {
      const list = new ModuleList([aModule('a', { provisioning: aPart(['x']) }), aModule('b', { provisioning: aPart(['y', 'x']) })]);

      await expect(list.provisioning(services)).rejects.toThrow('provisioning step "x"');
    });
  });

  it('loads a part when it is asked for, builds it from the services, and keeps the order of the modules', async () => {
    const log: string[] = [];
    const list = new ModuleList([
      aModule('a', { provisioning: aPart(['x', 'y'], log) }),
      aModule('b'),
      aModule('c', { provisioning: aPart(['z'], log) }),
    ]);
    expect(log).toEqual([]);

    expect(await list.routes(services)).toEqual([]);
    expect(await list.consumers(services)).toEqual([]);
    expect(log).toEqual([]);

    expect((await list.provisioning(services)).map(({ name }) => name)).toEqual(['x', 'y', 'z']);
    expect(new Set(log)).toEqual(new Set(['load x,y', 'load z', 'build x,y for spec-1', 'build z for spec-1']));
  });
});
