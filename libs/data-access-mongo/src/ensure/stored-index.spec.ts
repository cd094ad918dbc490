import { describe, expect, it } from '@jest/globals';
import { text, z } from '@caas/schema';
import { type IndexDescriptionInfo } from 'mongodb';
import { defineCollection, type IndexDefinition } from '../index.js';
import { indexDifferences, storedIndex } from './stored-index.js';

const definitionWith = (index: IndexDefinition) =>
  defineCollection({
    name: 'words',
    scope: 'tenant',
    id: { field: 'message_id', prefix: 'msg' },
    schema: z.strictObject({ body: text({ max: 10 }), title: text({ max: 10 }) }),
    indexes: [index],
    description: 'x',
  });
const wanted = (index: Partial<IndexDefinition>) => {
  const whole: IndexDefinition = { name: 'one', keys: { tenant_id: 1, body: 1 }, ...index };
  return storedIndex(definitionWith(whole), whole);
};
const listed = (change: Partial<IndexDescriptionInfo> = {}): IndexDescriptionInfo => ({
  v: 2,
  name: 'one',
  key: { tenant_id: 1, body: 1 },
  ...change,
});
const paths = (present: IndexDescriptionInfo, index: Partial<IndexDefinition> = {}): string[] =>
  indexDifferences(present, wanted(index)).map(({ path }) => path);

describe('indexDifferences', () => {
  it('finds none in what MongoDB lists of the same index', () => {
    expect(paths(listed())).toEqual([]);
    expect(paths(listed({ unique: true }), { unique: true })).toEqual([]);
    expect(paths(listed({ unique: false }))).toEqual([]);
    expect(paths(listed({ partialFilterExpression: { body: { $type: 'string' } } }), { partial: { body: { $type: 'string' } } })).toEqual(
      [],
    );
  });

  it.each<[string, Partial<IndexDescriptionInfo>, string]>([
    ['other keys', { key: { tenant_id: 1, title: 1 } }, 'keys'],
    ['the same keys in another order', { key: { body: 1, tenant_id: 1 } }, 'keys'],
    ['another direction', { key: { tenant_id: 1, body: -1 } }, 'keys'],
    ['unique', { unique: true }, 'unique'],
    ['sparse', { sparse: true }, 'sparse'],
    ['a time to live', { expireAfterSeconds: 60 }, 'expireAfterSeconds'],
    ['a filter', { partialFilterExpression: { body: 'x' } }, 'partialFilterExpression.body'],
    ['a collation', { collation: { locale: 'de' } }, 'collation'],
  ])('sees %s', (_, change, path) => {
    expect(paths(listed(change))[0]).toBe(path.split('.')[0]);
  });

  it('shows both sides', () => {
    expect(indexDifferences(listed({ key: { tenant_id: 1, title: 1 } }), wanted({}))).toEqual([
      {
        path: 'keys',
        actual: [
          ['tenant_id', 1],
          ['title', 1],
        ],
        defined: [
          ['tenant_id', 1],
          ['body', 1],
        ],
      },
    ]);
  });

  describe('of text indexes', () => {
    const text: Partial<IndexDefinition> = { keys: { tenant_id: 1, body: 'text' }, weights: { body: 5 } };
    const asMongoLists = { key: { tenant_id: 1, _fts: 'text', _ftsx: 1 }, weights: { body: 5 }, default_language: 'none' };

    it('knows both forms in which servers list them', () => {
      expect(paths(listed(asMongoLists as unknown as Partial<IndexDescriptionInfo>), text)).toEqual([]);
      expect(paths(listed({ ...asMongoLists, key: { tenant_id: 1, body: 'text' } }), text)).toEqual([]);
    });

    it('sees other weights, fields and languages', () => {
      const other = (change: object): string[] => paths(listed({ ...asMongoLists, ...change } as Partial<IndexDescriptionInfo>), text);

      expect(other({ weights: { body: 1 } })).toEqual(['weights.body']);
      expect(other({ weights: { title: 5 } })).toEqual(['keys', 'weights.body', 'weights.title']);
      expect(other({ key: { _fts: 'text', _ftsx: 1 } })).toEqual(['keys']);
      expect(other({ default_language: 'english' })).toEqual(['default_language']);
    });
  });
});
