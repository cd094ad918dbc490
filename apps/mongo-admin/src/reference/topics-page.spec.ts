import { describe, expect, it } from '@jest/globals';
import { defineEvent, defineTopic, TENANT_KEY } from '@caas/messaging-kafka';
import { idOf, text, z } from '@caas/schema';
import { topicsPage } from './topics-page.js';

const noted = defineEvent({
  type: 'note.written',
  version: '1.2.0',
  key: 'author_id',
  description: 'Somebody wrote a note',
  payload: z.strictObject({ author_id: idOf('usr'), title: text({ max: 9 }).optional() }),
});
const page = topicsPage([
  defineTopic({
    family: 'notes.live',
    scope: 'tenant',
    format: 'avro',
    partitions: 4,
    retentionMs: 86_400_000,
    segmentMs: 3_600_000,
    cleanup: 'compact,delete',
    settings: { 'delete.retention.ms': '5' },
    description: 'Notes',
    events: [noted],
  }),
  defineTopic({
    family: 'platform.notes',
    scope: 'platform',
    format: 'json',
    partitions: 1,
    retentionMs: 1_500,
    cleanup: 'delete',
    description: 'Notes of the platform.',
    events: [
      defineEvent({ type: 'note.kept', version: '1.0.0', key: TENANT_KEY, description: 'Kept', payload: z.strictObject({ n: z.int32() }) }),
      defineEvent({ type: 'note.lost', version: '1.0.0', key: null, description: 'Lost', payload: z.strictObject({ n: z.int32() }) }),
    ],
  }),
]);

describe('the page of topics', () => {
  it.each([
    '| [`notes.live`](#noteslive) | 4 | 1 d | 1 h | compact,delete | Avro | BACKWARD | standard |',
    '| [`platform.notes`](#platformnotes) | 1 | 1500 ms |  | delete | JSON Schema | BACKWARD | standard |',
    'Subject: `notes.live-value`. Further settings: `delete.retention.ms` 5.',
    '### note.written',
    'Somebody wrote a note. Version 1.2.0, key: `author_id`.',
    'Kept. Version 1.0.0, key: the tenant.',
    'Lost. Version 1.0.0, no key, so in no order.',
    '| `author_id` |  | id `usr_…` |  |',
    '| `title` | optional | text | ≤ 9 characters |',
  ])('has the line %s', (line) => {
    expect(page.split('\n')).toContain(line);
  });
});
