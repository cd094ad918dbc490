import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineTopic } from '../definitions/topic.js';
import { aTenant, aTopic, messageSent } from '../fixtures/kafka.fixture.js';
import { internalDlq } from '../dead-letters/internal-dlq.js';
import { desiredTopics } from './desired-topics.js';

describe('desiredTopics', () => {
  it('asks for the shared topic of a tenant family, and one for each tenant that has its own', () => {
    const topic = aTopic();
    const [free, pro] = [aTenant('free'), aTenant('pro')];

    const names = desiredTopics([topic, internalDlq], { tenants: [free, pro], minInsyncReplicas: 1 }).map((desired) => desired.topic);

    expect(names).toEqual([`${topic.family}.shared`, `${topic.family}.${pro.tenantId}`, 'internal.dlq']);
  });

  it('spells the settings out as Kafka names them', () => {
    const presence = defineTopic({
      family: 'presence',
      scope: 'tenant',
      format: 'avro',
      partitions: 4,
      retentionMs: 86_400_000,
      segmentMs: 3_600_000,
      cleanup: 'compact,delete',
      settings: { 'min.cleanable.dirty.ratio': '0.1' },
      events: [messageSent],
      description: 'presence',
    });

    expect(desiredTopics([presence], { minInsyncReplicas: 2 })).toEqual([
      {
        topic: 'presence.shared',
        partitions: 4,
        config: {
          'cleanup.policy': 'compact,delete',
          'retention.ms': '86400000',
          'segment.ms': '3600000',
          'compression.type': 'producer',
          'min.insync.replicas': '2',
          'min.cleanable.dirty.ratio': '0.1',
        },
      },
    ]);
  });

  it('refuses two definitions of one topic', () => {
    const twice = defineTopic({
      family: 'internal.dlq',
      scope: 'internal',
      format: 'json',
      partitions: 1,
      retentionMs: 1,
      cleanup: 'delete',
      record: z.strictObject({}),
      description: 'again',
    });

    expect(() => desiredTopics([internalDlq, twice], { minInsyncReplicas: 1 })).toThrow('The topic internal.dlq is defined twice.');
  });

  it('takes topics that no definition names, under the same rules', () => {
    const retry = { topic: 'internal.retry.message-processor.1', partitions: 4, retentionMs: 7, cleanup: 'delete', settings: {} } as const;

    expect(desiredTopics([], { derived: [retry], minInsyncReplicas: 2 })).toEqual([
      {
        topic: 'internal.retry.message-processor.1',
        partitions: 4,
        config: { 'cleanup.policy': 'delete', 'retention.ms': '7', 'compression.type': 'producer', 'min.insync.replicas': '2' },
      },
    ]);
    expect(() => desiredTopics([], { derived: [retry, retry], minInsyncReplicas: 2 })).toThrow(/defined twice/);
  });
});
