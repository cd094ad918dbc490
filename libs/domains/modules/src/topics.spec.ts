import { describe, expect, it } from '@jest/globals';
import { hasSchema, TENANT_KEY } from '@caas/messaging-kafka';
import { expectRenderingsAgree } from '@caas/testing/schema';
import { modules } from './index.js';

const DAY_MS = 86_400_000;
const CATALOGUE = [
  { family: 'presence', format: 'avro', partitions: 4, days: 1, segmentHours: 1, cleanup: 'compact,delete', lane: 'low_latency' },
  { family: 'notifications', format: 'json', partitions: 4, days: 7 },
  { family: 'webhooks', format: 'json', partitions: 4, days: 7 },
  { family: 'analytics', format: 'json', partitions: 8, days: 90, lane: 'throughput' },
  { family: 'chat.messages', format: 'avro', partitions: 16, days: 30, segmentHours: 168 },
  { family: 'chat.events', format: 'avro', partitions: 8, days: 7 },
  { family: 'internal.dlq', format: 'json', partitions: 4, days: 30, compatibility: 'FULL' },
  { family: 'platform.events', format: 'json', partitions: 8, days: 30 },
  { family: 'platform.audit', format: 'json', partitions: 8, days: 365, compatibility: 'FULL' },
  { family: 'platform.notifications', format: 'json', partitions: 4, days: 7 },
];

/** Which field of the payload orders an event, by the first word of its type and the family that carries it. */
const KEYS: Readonly<Record<string, string | null>> = {
  'chat.messages message': 'conversation_id',
  'presence user': 'user_id',
  'analytics analytics': null,
  'notifications notification': 'recipient_id',
  'webhooks webhook': 'webhook_id',
  'chat.events conversation': 'conversation_id',
  'chat.events participant': 'conversation_id',
  'chat.events group': 'group_id',
  'chat.events member': 'group_id',
  'chat.events reaction': 'user_id',
  'chat.events typing': 'user_id',
  'chat.events user': 'user_id',
  'chat.events device': 'user_id',
  'platform.notifications alert': null,
  'platform.notifications quota': null,
};

/** Events whose acting user has another name in the payload, and facts in the order of the conversation beside those in the order of users. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'message.persisted': 'conversation_id',
  'message.rejected': 'conversation_id',
  'message.read': 'reader_id',
  'message.delivered': 'recipient_id',
  'file.uploaded': 'uploader_id',
};

const topics = modules.topics.filter(hasSchema);
const events = topics.flatMap((topic) => topic.events.map((event) => ({ name: `${topic.family} ${event.type}`, topic, event })));

describe('the catalogue of topics', () => {
  it.each(topics)('$family has the partitions, retention and format that were designed', (topic) => {
    const { family, format, partitions, retentionMs, segmentMs, cleanup, compatibility, lane } = topic;
    const designed = CATALOGUE.find((row) => row.family === family);

    expect({
      family,
      format,
      partitions,
      days: retentionMs / DAY_MS,
      segmentHours: segmentMs && segmentMs / 3_600_000,
      cleanup,
      compatibility,
      lane,
    }).toEqual({
      segmentHours: undefined,
      cleanup: 'delete',
      compatibility: 'BACKWARD',
      lane: 'standard',
      ...designed,
    });
  });

  it.each(events)('$name is ordered by the key that was designed', ({ topic, event }) => {
    const key = EXCEPTIONS[event.type] ?? KEYS[`${topic.family} ${event.type.split('.')[0]}`];

    expect(event.key).toBe(['platform.events', 'platform.audit'].includes(topic.family) ? TENANT_KEY : key);
  });

  it.each(events)('$name means the same to zod and to the format of its topic', ({ topic, event }) => {
    expectRenderingsAgree(event.payload, { dialects: [topic.format === 'avro' ? 'avro' : 'json'], runs: 20 });
  });

  it.each(modules.topics.filter((topic) => !hasSchema(topic)))('$family keeps what waits in it for a week', (topic) => {
    const { family, partitions, retentionMs, cleanup } = topic;

    expect(family).toMatch(/^internal\.retry\.(message|event)-processor\.[123]$/);
    expect({ partitions, days: retentionMs / DAY_MS, cleanup }).toEqual({ partitions: 4, days: 7, cleanup: 'delete' });
  });

  it('presence is cleaned as soon as a tenth of it is old, and remembers tombstones for a day', () => {
    expect(modules.topics.find(({ family }) => family === 'presence')?.settings).toEqual({
      'min.cleanable.dirty.ratio': '0.1',
      'delete.retention.ms': String(DAY_MS),
    });
  });
});
