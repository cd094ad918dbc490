import { describe, expect, it } from '@jest/globals';
import { defineCollection } from '@caas/data-access-mongo';
import { defineTopic, internalDlq, defineEvent } from '@caas/messaging-kafka';
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
  it('gathers collections and topics in the order of the modules, and adds the dead letters', () => {
    const [one, two] = [aCollection('ones'), aCollection('twos')];
    const topic = aTopic('notes.events');

    const list = new ModuleList([aModule('b', { collections: [one] }), aModule('a', { collections: [two], topics: [topic] })]);

    expect(list.collections).toEqual([one, two]);
    expect(list.topics).toEqual([topic, internalDlq]);
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
