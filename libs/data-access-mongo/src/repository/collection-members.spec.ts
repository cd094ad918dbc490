import { describe, expect, it } from '@jest/globals';
import { Collection } from 'mongodb';
import { COLLECTION_MEMBERS } from './collection-members.js';
import { ConfinedCollection } from './confined-collection.js';

const membersOf = ({ prototype }: { prototype: object }): string[] =>
  Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
const listed = (kind: string): string[] =>
  Object.entries(COLLECTION_MEMBERS).flatMap(([name, listedAs]) => (listedAs === kind ? [name] : []));

describe('the list of collection members', () => {
  it('knows every member of the driver’s collection: decide about a new one', () => {
    // `fullNamespace` is the driver's own and in no type of it.
    const unknown = membersOf(Collection).filter((name) => name !== 'fullNamespace' && !Object.hasOwn(COLLECTION_MEMBERS, name));

    expect(unknown).toEqual([]);
  });

  it('lists none that the driver has no more', () => {
    const methods = [...listed('confined'), ...listed('refused')].filter((name) => name !== 'db');

    expect(methods.filter((name) => !membersOf(Collection).includes(name))).toEqual([]);
  });
});

describe('the confined collection', () => {
  it('offers what is listed as confined, and one more form of a listed method', () => {
    expect(membersOf(ConfinedCollection).sort()).toEqual([...listed('confined'), 'upsertOne'].sort());
  });

  it('keeps the driver’s collection to itself', () => {
    const confined = new ConfinedCollection({} as Collection<{ _id: string }>, undefined);

    expect(Object.getOwnPropertyNames(confined)).toEqual([]);
    expect(Object.getOwnPropertySymbols(confined)).toEqual([]);
  });
});
