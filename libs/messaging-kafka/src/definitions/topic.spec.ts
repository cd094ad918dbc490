import { describe, expect, it } from '@jest/globals';
import { bytes, int32, text, UnrepresentableError } from '@caas/schema';
import { z } from 'zod';
import { defineEvent } from './event.js';
import { defineTopic } from './topic.js';

const sent = defineEvent({
  type: 'message.sent',
  version: '1.0.0',
  key: 'conversation_id',
  payload: z.strictObject({ conversation_id: text({ max: 50 }) }),
});
const deleted = defineEvent({
  type: 'message.deleted',
  version: '1.0.0',
  key: null,
  payload: z.strictObject({ message_id: text({ max: 50 }) }),
});
const options = {
  family: 'chat.messages',
  scope: 'tenant',
  format: 'avro',
  partitions: 16,
  retentionMs: 86_400_000,
  cleanup: 'delete',
  events: [sent, deleted],
  description: 'messages',
} as const;

describe('defineTopic', () => {
  it('names the subject after the family and fills in the defaults', () => {
    const { subject, compatibility, lane, settings, events } = defineTopic(options);

    expect({ subject, compatibility, lane, settings, events }).toEqual({
      subject: 'chat.messages-value',
      compatibility: 'BACKWARD',
      lane: 'standard',
      settings: {},
      events: [sent, deleted],
    });
  });

  it('renders Avro as a closed union of envelopes, one record per event', () => {
    const { value } = defineTopic(options);

    const union = JSON.parse(value.text) as { name: string; fields: { name: string }[] }[];
    expect(union.map(({ name }) => name)).toEqual(['ChatMessagesValueMessageSent', 'ChatMessagesValueMessageDeleted']);
    expect(union[0]?.fields.map(({ name }) => name)).toEqual([
      'id',
      'type',
      'version',
      'timestamp',
      'tenant_id',
      'source',
      'application_id',
      'correlation_id',
      'causation_id',
      'trace_id',
      'payload',
      'metadata',
    ]);
  });

  it('renders JSON Schema draft-07', () => {
    const { value } = defineTopic({ ...options, format: 'json' });

    expect(JSON.parse(value.text)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
  });

  it('renders the same text every time, so that the registry sees no new version', () => {
    expect(defineTopic(options).value.text).toBe(defineTopic(options).value.text);
  });

  it.each([
    ['family: "Chat"', { family: 'Chat' }, /dotted lower-case words/],
    ['a reserved word', { family: 'chat.shared' }, /reserved word "shared"/],
    ['a name of another scope', { family: 'platform.events' }, /belongs to the scope "platform", not "tenant"/],
    ['no partition', { partitions: 0 }, /partitions must be a whole number of at least 1/],
    ['half a millisecond', { retentionMs: 0.5 }, /retentionMs must be a whole number/],
    ['a segment of nothing', { segmentMs: 0 }, /segmentMs must be a whole number/],
    ['no event', { events: [] as unknown as [typeof sent] }, /needs at least one event/],
    ['an event twice', { events: [sent, sent] as const }, /message.sent is listed twice/],
    ['a keyless event on a compacted topic', { cleanup: 'compact' as const }, /compacted, so the event message.deleted needs a key/],
  ])('refuses %s', (_, change, rule) => {
    expect(() => defineTopic({ ...options, ...change } as typeof options)).toThrow(rule);
  });

  it('refuses a payload that the format cannot carry, naming the field', () => {
    const file = defineEvent({ type: 'file.sent', version: '1.0.0', key: null, payload: z.strictObject({ raw: bytes({ max: 10 }) }) });

    expect(() => defineTopic({ ...options, format: 'json', events: [file] })).toThrow(UnrepresentableError);
    expect(() => defineTopic({ ...options, format: 'json', events: [file] })).toThrow(/payload\/raw/);
  });

  it('lets only internal topics carry records without an envelope', () => {
    const { events: _, ...rest } = options;
    const record = z.strictObject({ count: int32() });

    expect(() => defineTopic({ ...rest, format: 'json', record })).toThrow(/only internal topics/);
    expect(defineTopic({ ...rest, family: 'internal.counts', scope: 'internal', format: 'json', record }).events).toEqual([]);
  });
});
