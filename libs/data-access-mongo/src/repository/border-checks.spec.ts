import { describe, expect, it } from '@jest/globals';
import { newTenantId } from '@caas/schema';
import { checkBulkOperation, checkChangePipeline, checkDocument, checkFilter, checkPipeline, checkUpdate } from './border-checks.js';

const own = newTenantId();
const other = newTenantId();
const unconfined = /not confined to the tenant/;

describe('the border to the driver', () => {
  it('lets filters pass that name the tenant at their top level', () => {
    expect(() => checkFilter(own, { tenant_id: own, $or: [{ a: 1 }] })).not.toThrow();
    expect(() => checkFilter(undefined, {})).not.toThrow();
  });

  it.each<[unknown]>([
    [{}],
    [null],
    [{ tenant_id: other }],
    [{ tenant_id: { $in: [own] } }],
    [{ $and: [{ tenant_id: own }] }],
    [{ $or: [{ tenant_id: own }] }],
  ])('stops the filter %j', (filter) => {
    expect(() => checkFilter(own, filter)).toThrow(unconfined);
  });

  it('stops documents of nobody and of another tenant', () => {
    expect(() => checkDocument(own, { tenant_id: own })).not.toThrow();
    expect(() => checkDocument(own, {})).toThrow(unconfined);
    expect(() => checkDocument(own, { tenant_id: other })).toThrow(unconfined);
  });

  it.each<[unknown]>([
    [null],
    [[{ $set: { a: 1 } }]],
    [{ a: 1 }],
    [{ $rename: { a: 'tenant_id' } }],
    [{ $currentDate: { a: true } }],
    [{ $set: { tenant_id: own } }],
    [{ $unset: { 'tenant_id.x': '' } }],
    [{ $set: { _id: 'x' } }],
  ])('stops the update %j', (update) => {
    expect(() => checkUpdate(own, update)).toThrow(unconfined);
  });

  it('lets listed operators on other fields pass, and the whole of a new row', () => {
    expect(() => checkUpdate(own, { $set: { a: 1 }, $inc: { __v: 1 }, $setOnInsert: { _id: 'x' } })).not.toThrow();
    expect(() => checkUpdate(undefined, { $set: { tenant_id: own } })).not.toThrow();
  });

  it('stops bulk operations that insert, replace, or do not name the tenant', () => {
    const update = { $set: { a: 1 } };

    expect(() => checkBulkOperation(own, { updateOne: { filter: { _id: 'x', tenant_id: own }, update } })).not.toThrow();
    expect(() => checkBulkOperation(own, { updateOne: { filter: { _id: 'x' }, update } })).toThrow(unconfined);
    expect(() => checkBulkOperation(own, { deleteMany: { filter: {} } })).toThrow(unconfined);
    expect(() => checkBulkOperation(own, { insertOne: { document: { _id: 'x', tenant_id: own } } })).toThrow(unconfined);
    expect(() => checkBulkOperation(own, { replaceOne: { filter: { tenant_id: own }, replacement: {} } })).toThrow(unconfined);
  });

  it('stops pipelines whose first stage does not confine them, and those that write', () => {
    expect(() => checkPipeline(own, [{ $match: { tenant_id: own } }])).not.toThrow();
    expect(() => checkPipeline(own, [{ $geoNear: { query: { tenant_id: own } } }])).not.toThrow();
    for (const pipeline of [[], [{ $limit: 1 }, { $match: { tenant_id: own } }], [{ $match: { tenant_id: other } }]]) {
      expect(() => checkPipeline(own, pipeline)).toThrow(unconfined);
    }
    for (const stage of [{ $out: 'x' }, { $merge: 'x' }]) {
      expect(() => checkPipeline(own, [{ $match: { tenant_id: own } }, stage])).toThrow(unconfined);
      expect(() => checkPipeline(undefined, [stage])).toThrow(unconfined);
    }
  });

  it('stops change streams with a branch that does not name the tenant', () => {
    const branch = { 'fullDocument.tenant_id': own };

    expect(() => checkChangePipeline(own, [{ $match: { $or: [branch, { 'fullDocumentBeforeChange.tenant_id': own }] } }])).not.toThrow();
    for (const match of [{}, { $or: [] }, { $or: [branch, {}] }, { $or: [{ 'fullDocument.tenant_id': other }] }, branch]) {
      expect(() => checkChangePipeline(own, [{ $match: match }])).toThrow(unconfined);
    }
    expect(() => checkChangePipeline(own, [])).toThrow(unconfined);
  });
});
