import { describe, expect, it } from '@jest/globals';
import { bsonDate, idOf, text, z } from '@caas/schema';
import { defineCollection, type CollectionSpec } from './define-collection.js';
import { DefinitionError } from './definition-error.js';
import { type IndexDefinition } from './index-definition.js';

type Spec = CollectionSpec<z.ZodObject, string, 'tenant', boolean>;

const spec = (change: Partial<Spec> = {}): Spec => ({
  name: 'notes',
  scope: 'tenant',
  id: { field: 'message_id', prefix: 'msg' },
  schema: z.strictObject({ body: text({ max: 10 }), expires_at: bsonDate().nullable(), tags: z.array(text({ max: 5 })).max(3) }),
  description: 'Notes.',
  ...change,
});
const index = (change: Partial<IndexDefinition>): IndexDefinition => ({ name: 'notes_x', keys: { tenant_id: 1, body: 1 }, ...change });

describe('defineCollection', () => {
  it('renders the whole validator, standard fields included', () => {
    const notes = defineCollection(
      spec({ softDelete: true, schema: z.strictObject({ body: text({ min: 1, max: 10 }), author_id: idOf('usr').nullable() }) }),
    );

    expect(notes.validator).toEqual({
      bsonType: 'object',
      required: ['_id', 'tenant_id', 'body', 'author_id', 'created_at', 'updated_at', 'deleted_at', 'deleted_by', '__v'],
      properties: {
        _id: { bsonType: 'string', pattern: expect.stringContaining('msg_') },
        tenant_id: { bsonType: 'string', pattern: expect.stringContaining('clnt_') },
        body: { bsonType: 'string', minLength: 1, maxLength: 10 },
        author_id: { bsonType: ['string', 'null'], pattern: expect.stringContaining('usr_') },
        created_at: { bsonType: 'date' },
        updated_at: { bsonType: 'date' },
        deleted_at: { bsonType: ['date', 'null'] },
        deleted_by: { bsonType: ['string', 'null'], maxLength: 64 },
        __v: { bsonType: 'int', minimum: 0, maximum: 2_147_483_647 },
      },
      additionalProperties: false,
    });
  });

  it('leaves tenant and deletion out of a platform collection without soft delete', () => {
    const notes = defineCollection({ ...spec(), scope: 'platform' as const, database: 'billing' as const });

    expect(Object.keys(notes.validator.properties ?? {})).toEqual(['_id', 'body', 'expires_at', 'tags', 'created_at', 'updated_at', '__v']);
    expect(notes.database).toBe('billing');
  });

  it('takes the tenant id for the id of a tenant', () => {
    const tenants = defineCollection({ ...spec({ id: { field: 'client_id', prefix: 'clnt' } }), scope: 'platform' as const });

    expect(new RegExp(tenants.validator.properties?.['_id']?.pattern ?? '', 'u').test('clnt_abcdefgh')).toBe(true);
  });

  it.each<[string, Partial<Spec>, string]>([
    ['a name with capitals', { name: 'Notes' }, 'name'],
    ['a database in tenant scope', { database: 'billing' }, 'database'],
    ['_id as the id field', { id: { field: '_id', prefix: 'msg' } }, 'id.field'],
    ['the id among the fields', { schema: z.strictObject({ message_id: text({ max: 9 }) }) }, 'field "message_id"'],
    ['tenant_id among the fields', { schema: z.strictObject({ tenant_id: text({ max: 9 }) }) }, 'field "tenant_id"'],
    ['created_at among the fields', { schema: z.strictObject({ created_at: bsonDate() }) }, 'field "created_at"'],
    ['__v among the fields', { schema: z.strictObject({ __v: bsonDate() }) }, 'field "__v"'],
  ])('refuses %s', (_, change, subject) => {
    const collection = change.name ?? 'notes';

    expect(() => defineCollection(spec(change))).toThrow(expect.objectContaining({ name: 'DefinitionError', collection, subject }));
  });

  it.each<[string, Partial<IndexDefinition>, RegExp]>([
    ['without tenant_id in front', { keys: { body: 1, tenant_id: 1 } }, /must start with tenant_id/],
    ['on a field that does not exist', { keys: { tenant_id: 1, bodi: 1 } }, /"bodi", which the schema does not define/],
    ['on a path that does not exist', { keys: { tenant_id: 1, 'body.size': 1 } }, /"body.size", which the schema does not define/],
    ['without keys', { keys: {} }, /needs 1–32 keys/],
    ['that every other index covers', { keys: { tenant_id: 1 } }, /covered by every other index/],
    ['with a second uniqueness of the id', { keys: { tenant_id: 1, message_id: 1 }, unique: true }, /unique already/],
    ['with a bad name', { name: 'Notes-X' }, /needs a name/],
    ['with a time to live on no date', { keys: { body: 1 }, ttlSeconds: 0 }, /"body", which is not a date/],
    ['with a time to live on two keys', { keys: { tenant_id: 1, expires_at: 1 }, ttlSeconds: 0 }, /exactly one key/],
    ['with a negative time to live', { keys: { expires_at: 1 }, ttlSeconds: -1 }, /integer from 0/],
    ['with $ne in its partial filter', { partial: { body: { $ne: null } } }, /\$ne on "body"/],
    ['with $size in its partial filter', { partial: { tags: { $size: 0 } } }, /\$size on "tags"/],
    ['with $exists: false in its partial filter', { partial: { body: { $exists: false } } }, /\$exists: false on "body"/],
    ['with an unknown field in its partial filter', { partial: { $and: [{ bodi: 1 }] } }, /partial filter on "bodi"/],
    ['with $nor in its partial filter', { partial: { $nor: [{ body: 'x' }] } }, /\$nor/],
    ['with an empty partial filter', { partial: {} }, /empty partial filter/],
    ['with a weight for a field that is no text key', { weights: { body: 2 } }, /weight for "body"/],
  ])('refuses an index %s', (_, change, rule) => {
    expect(() => defineCollection(spec({ indexes: [index(change)] }))).toThrow(rule);
    expect(() => defineCollection(spec({ indexes: [index(change)] }))).toThrow(DefinitionError);
  });

  it('refuses two indexes of one name', () => {
    expect(() => defineCollection(spec({ indexes: [index({}), index({ keys: { tenant_id: 1, tags: 1 } })] }))).toThrow(
      /name that is taken/,
    );
  });

  it('derives what each index needs of the server', () => {
    const { indexes } = defineCollection(
      spec({
        indexes: [
          index({ name: 'plain' }),
          index({ name: 'partial', partial: { $or: [{ body: { $type: 'string' } }, { tags: { $in: ['a'] } }] } }),
          index({ name: 'ttl', keys: { expires_at: 1 }, ttlSeconds: 0 }),
          index({ name: 'words', keys: { tenant_id: 1, body: 'text' }, weights: { body: 5 }, requires: ['explain'] }),
          index({ name: 'by_id', keys: { tenant_id: 1, body: 1, message_id: 1 } }),
        ],
      }),
    );

    expect(indexes.map(({ name, requires }) => [name, requires])).toEqual([
      ['plain', []],
      ['partial', ['partialIndexes']],
      ['ttl', ['ttl']],
      ['words', ['explain', 'textSearch']],
      ['by_id', []],
    ]);
  });
});
