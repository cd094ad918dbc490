import { afterAll, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { DriverCollections } from './driver-collections.js';

const client = new MongoClient('mongodb://127.0.0.1:1/');
afterAll(() => client.close());

describe('the collections of a client', () => {
  it('are made once each, in their own database', () => {
    const collections = new DriverCollections(client);

    const [one, again, elsewhere] = [
      collections.get({ database: 'a', collection: 'rows' }),
      collections.get({ database: 'a', collection: 'rows' }),
      collections.get({ database: 'b', collection: 'rows' }),
    ];

    expect(again).toBe(one);
    expect([one.namespace, elsewhere.namespace]).toEqual(['a.rows', 'b.rows']);
  });

  it('never add up: the oldest goes, and is made again when it is asked for', () => {
    const collections = new DriverCollections(client);
    const rows = (tenant: number) => collections.get({ database: `tenant_${tenant}`, collection: 'rows' });
    const [oldest, next] = [rows(0), rows(1)];

    for (let tenant = 2; tenant <= 2_000; tenant++) rows(tenant);

    expect(rows(1)).toBe(next);
    expect(rows(0)).not.toBe(oldest);
    expect(rows(0).namespace).toBe('tenant_0.rows');
  });
});
