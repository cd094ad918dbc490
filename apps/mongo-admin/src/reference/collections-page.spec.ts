import { describe, expect, it } from '@jest/globals';
import { type CollectionDefinition, defineCollection } from '@caas/data-access-mongo';
import { bsonDate, freeForm, idOf, int32, int64, recordOf, text, z } from '@caas/schema';
import { collectionsPage } from './collections-page.js';

const notes = defineCollection({
  name: 'notes',
  scope: 'tenant',
  id: { field: 'message_id', prefix: 'msg' },
  softDelete: true,
  preImages: true,
  description: 'What people write down',
  schema: z.strictObject({
    author_id: idOf('usr'),
    title: text({ min: 1, max: 100 }).nullable(),
    kind: z.enum(['short', 'long']),
    slug: z
      .string()
      .regex(/^[a-z]+$/u)
      .optional(),
    lines: z.array(z.strictObject({ body: text({ max: 9 }), size: int32({ min: 0 }) })).max(5),
    counts: recordOf(int64({ min: 0 }), { maxKeys: 3 }),
    custom: freeForm().nullable(),
    at: bsonDate(),
    shape: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('dot'), x: int32() }),
      z.strictObject({ type: z.literal('line'), length: int32({ max: 7 }) }),
    ]),
  }),
  indexes: [
    { name: 'notes_title', keys: { tenant_id: 1, title: -1 }, unique: true, partial: { title: { $type: 'string' } } },
    { name: 'notes_at', keys: { at: 1 }, ttlSeconds: 60 },
    { name: 'notes_text', keys: { tenant_id: 1, title: 'text' }, weights: { title: 3 } },
  ],
});
const bills = defineCollection({
  name: 'bills',
  scope: 'platform',
  database: 'billing',
  id: { field: 'bill', prefix: 'name' },
  description: 'Bills.',
  schema: z.strictObject({ total: int64() }),
});
const page = (...definitions: CollectionDefinition[]): string =>
  collectionsPage(definitions.map((definition) => ({ definition, owner: definition.scope === 'tenant' ? 'notebook' : undefined })));

describe('the reference page', () => {
  it('has a section for each collection, under its database', () => {
    const headings = page(bills, notes)
      .split('\n')
      .filter((line) => line.startsWith('#'));

    expect(headings).toEqual(['# Collections', '## Tenant collections', '### notes', '## Database `caas_billing`', '### bills']);
  });

  it('says what the collection is, where, and how its ids look', () => {
    expect(page(notes)).toContain(
      'What people write down.\n\nDomain: notebook. Placed by the isolation of the tenant. Id: `message_id`, `msg_…`. Soft delete. Change streams carry pre-images.',
    );
    expect(page(bills)).toContain('Domain: infrastructure. In `caas_billing`. Id: `bill`, a name that its writer chooses.');
  });

  it.each([
    '| `message_id` |  | id `msg_…` |  |',
    '| `author_id` |  | id `usr_…` |  |',
    '| `title` | or null | text | 1–100 characters |',
    '| `kind` |  | `short`, `long` |  |',
    '| `slug` | optional | text | `^[a-z]+$` |',
    '| `lines` |  | list of object | ≤ 5 elements |',
    '| `lines[].body` |  | text | ≤ 9 characters |',
    '| `lines[].size` |  | int32 | ≥ 0 |',
    '| `counts` |  | map of int64 | ≤ 3 keys, each ≥ 0 |',
    '| `custom` | or null | free-form object | ≤ 8192 bytes, 50 keys, depth 5 |',
    '| `at` |  | date |  |',
    '| `shape` |  | object, by `type` |  |',
    '| `shape(dot).x` |  | int32 |  |',
    '| `shape(line).length` |  | int32 | ≤ 7 |',
    '| `deleted_by` | or null | text | ≤ 64 characters |',
    '| `notes_title` | `tenant_id`, `title` descending | unique, where `{"title":{"$type":"string"}}` |',
    '| `notes_at` | `at` | rows go 60 s after this time |',
    '| `notes_text` | `tenant_id`, `title` text | weights `{"title":3}` |',
  ])('has the row %s', (row) => {
    expect(page(notes).split('\n')).toContain(row);
  });
});
