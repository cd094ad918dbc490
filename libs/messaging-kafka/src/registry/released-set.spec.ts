import { describe, expect, it } from '@jest/globals';
import { text } from '@caas/schema';
import { z } from 'zod';
import { defineEvent } from '../definitions/event.js';
import { type Compatibility, defineTopic } from '../definitions/topic.js';
import { checkReleases, toRelease } from './released-set.js';

const base = { name: text({ max: 10 }) };
const topic = (shape: z.ZodRawShape = base, compatibility: Compatibility = 'BACKWARD', format: 'avro' | 'json' = 'avro') =>
  defineTopic({
    family: `spec.${format}`,
    scope: 'tenant',
    format,
    partitions: 1,
    retentionMs: 1,
    cleanup: 'delete',
    compatibility,
    description: 'of these specs',
    events: [defineEvent({ type: 'thing.done', version: '1.0.0', key: null, payload: z.strictObject(shape) })],
  });
const optional = { ...base, note: text({ max: 5 }).optional() };
const required = { ...base, note: text({ max: 5 }) };

describe('the released set', () => {
  it.each([
    ['an unchanged schema', 'released', topic(), topic()],
    ['a field that may be absent', 'changed', topic(optional), topic()],
    ['the same in JSON', 'changed', topic(optional, 'BACKWARD', 'json'), topic(base, 'BACKWARD', 'json')],
    ['a field that must be there', 'incompatible', topic(required), topic()],
    ['a field that is gone, which Avro forgives', 'changed', topic(), topic(required)],
    ['the same in closed JSON, which does not', 'incompatible', topic(base, 'BACKWARD', 'json'), topic(required, 'BACKWARD', 'json')],
    ['a looser limit', 'changed', topic({ name: text({ max: 20 }) }, 'BACKWARD', 'json'), topic(base, 'BACKWARD', 'json')],
    ['a tighter one', 'incompatible', topic({ name: text({ max: 5 }) }, 'BACKWARD', 'json'), topic(base, 'BACKWARD', 'json')],
    [
      'a looser limit where old readers must go on',
      'incompatible',
      topic({ name: text({ max: 20 }) }, 'FULL', 'json'),
      topic(base, 'FULL', 'json'),
    ],
    ['a promise taken back together with what it forbids', 'incompatible', topic(base), topic(required, 'FULL')],
  ] as const)('takes %s for %s', (_, state, definition, released) => {
    const [finding] = checkReleases([definition], [JSON.parse(JSON.stringify(toRelease(released))) as ReturnType<typeof toRelease>]);

    expect(finding).toMatchObject({ subject: definition.subject, state });
    expect(finding?.issues.length === 0).toBe(state !== 'incompatible');
  });

  it('names the field', () => {
    expect(checkReleases([topic(required)], [toRelease(topic())])).toEqual([
      {
        subject: 'spec.avro-value',
        state: 'incompatible',
        issues: ['The new reader of old records, at /payload/note: needs the field, which was not written, and has no default for it.'],
      },
    ]);
  });

  it('tells what is new from what is gone', () => {
    expect(checkReleases([topic()], [{ ...toRelease(topic()), subject: 'spec.old-value' }])).toEqual([
      { subject: 'spec.avro-value', state: 'new', issues: [] },
      { subject: 'spec.old-value', state: 'gone', issues: ['Nothing defines it any more.'] },
    ]);
  });
});
