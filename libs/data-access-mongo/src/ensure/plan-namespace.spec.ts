import { describe, expect, it } from '@jest/globals';
import { bsonDate, text, z } from '@caas/schema';
import { type CollectionInfo, type Db, type IndexDescriptionInfo } from 'mongodb';
import { CAPABILITIES, type Capability, defineCollection, ServerCapabilities } from '../index.js';
import { planNamespace } from './plan-namespace.js';
import { type MendingRules, type PlannedChange } from './planned-change.js';

const notes = defineCollection({
  name: 'notes',
  scope: 'tenant',
  id: { field: 'message_id', prefix: 'msg' },
  schema: z.strictObject({ body: text({ max: 10 }), expires_at: bsonDate() }),
  indexes: [
    { name: 'notes_body', keys: { tenant_id: 1, body: 1 } },
    { name: 'notes_expiry', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
  preImages: true,
  description: 'x',
});
const namespace = { database: 'caas_shared', collection: 'notes' };
const validator = { $jsonSchema: notes.validator };
/** As MongoDB lists the collection when everything is in place. */
const inPlace: CollectionInfo = {
  name: 'notes',
  type: 'collection',
  options: { validator, validationLevel: 'strict', validationAction: 'error', changeStreamPreAndPostImages: { enabled: true } },
};
const indexesInPlace: IndexDescriptionInfo[] = [
  { v: 2, key: { _id: 1 }, name: '_id_' },
  { v: 2, key: { tenant_id: 1, body: 1 }, name: 'notes_body' },
  { v: 2, key: { expires_at: 1 }, name: 'notes_expiry', expireAfterSeconds: 0 },
];

/** What a server lists, and the commands that it is sent. */
function aDatabase(info: CollectionInfo | undefined, indexes: IndexDescriptionInfo[]): { db: Db; commands: unknown[] } {
  const commands: unknown[] = [];
  const db = {
    listCollections: () => ({ toArray: () => Promise.resolve(info === undefined ? [] : [info]) }),
    collection: () => ({ indexes: () => Promise.resolve(indexes) }),
    command: (command: unknown) => Promise.resolve(void commands.push(command)),
    createCollection: (name: string, options: unknown) => Promise.resolve(void commands.push({ create: name, options })),
  };
  return { db: db as unknown as Db, commands };
}

function serverWithout(...lacking: Capability[]): ServerCapabilities {
  const facts = Object.fromEntries(CAPABILITIES.map((name) => [name, !lacking.includes(name)])) as Record<Capability, boolean>;
  return new ServerCapabilities({ topology: 'replica-set', version: '8.0.0', ...facts });
}

interface Situation {
  readonly info?: CollectionInfo | undefined;
  readonly indexes?: IndexDescriptionInfo[];
  readonly lacking?: Capability[];
  readonly rules?: Partial<MendingRules>;
}

async function plan(situation: Situation): Promise<{ changes: PlannedChange[]; sent: () => Promise<unknown[]> }> {
  const { db, commands } = aDatabase('info' in situation ? situation.info : inPlace, situation.indexes ?? indexesInPlace);
  const rules = { replaceIndexes: false, dropExtra: false, include: { collections: true, indexes: true }, ...situation.rules };
  const capabilities = serverWithout(...(situation.lacking ?? []));
  const changes = await planNamespace(db, { definition: notes, namespace, capabilities, ...rules });
  const sent = async (): Promise<unknown[]> => {
    for (const { apply } of changes) await apply?.(db);
    return commands;
  };
  return { changes, sent };
}

const withOptions = (change: object): CollectionInfo => ({ ...inPlace, options: { ...inPlace.options, ...change } });

describe('planNamespace', () => {
  it('plans nothing where everything is in place', async () => {
    expect((await plan({})).changes).toEqual([]);
  });

  it('creates a collection with validator and pre-images', async () => {
    const { changes, sent } = await plan({ info: undefined, indexes: [], rules: { include: { collections: true, indexes: false } } });

    expect(changes.map(({ kind }) => kind)).toEqual(['create_collection']);
    expect(await sent()).toEqual([{ create: 'notes', options: inPlace.options }]);
  });

  it('creates a collection even when only indexes are asked for: it would have no validator otherwise', async () => {
    const { changes } = await plan({ info: undefined, indexes: [], rules: { include: { collections: false, indexes: true } } });

    expect(changes.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      'create_collection notes',
      'create_index notes_body',
      'create_index notes_expiry',
    ]);
  });

  it.each<[string, object, string]>([
    ['another validator', { validator: { $jsonSchema: { ...notes.validator, bsonType: 'array' } } }, 'validator.$jsonSchema.bsonType'],
    ['no validator', { validator: undefined }, 'validator'],
    ['a milder level', { validationLevel: 'moderate' }, 'validationLevel'],
    ['a milder action', { validationAction: 'warn' }, 'validationAction'],
  ])('mends %s by collMod and names the path', async (_, change, path) => {
    const { changes, sent } = await plan({ info: withOptions(change) });

    expect(changes).toMatchObject([{ kind: 'set_validator', differences: [{ path }] }]);
    expect(await sent()).toEqual([{ collMod: 'notes', validator, validationLevel: 'strict', validationAction: 'error' }]);
  });

  it('mends missing pre-images by collMod', async () => {
    const { changes, sent } = await plan({ info: withOptions({ changeStreamPreAndPostImages: undefined }) });

    expect(changes.map(({ kind }) => kind)).toEqual(['set_pre_images']);
    expect(await sent()).toEqual([{ collMod: 'notes', changeStreamPreAndPostImages: { enabled: true } }]);
  });

  it.each<[Capability, object]>([
    ['collMod', { validationLevel: 'off' }],
    ['collMod', { changeStreamPreAndPostImages: undefined }],
    ['validators', { validator: undefined }],
    ['preImages', { changeStreamPreAndPostImages: undefined }],
  ])('skips what needs %s on a server without it', async (lacking, change) => {
    const { changes, sent } = await plan({ info: withOptions(change), lacking: [lacking] });

    expect(changes).toMatchObject([{ kind: 'skipped', reason: expect.stringContaining(`the server lacks ${lacking}`) }]);
    expect(await sent()).toEqual([]);
  });

  it('leaves something else of this name to an operator', async () => {
    const { changes } = await plan({ info: { ...inPlace, type: 'view' } });

    expect(changes).toMatchObject([{ kind: 'conflict', differences: [{ path: 'type', actual: 'view', defined: 'collection' }] }]);
  });

  describe('of a changed time to live', () => {
    const indexes = [...indexesInPlace.slice(0, 2), { ...indexesInPlace[2], expireAfterSeconds: 60 }] as IndexDescriptionInfo[];

    it('uses collMod', async () => {
      const { changes, sent } = await plan({ indexes });

      expect(changes).toMatchObject([{ kind: 'set_ttl', differences: [{ path: 'expireAfterSeconds', actual: 60, defined: 0 }] }]);
      expect(await sent()).toEqual([{ collMod: 'notes', index: { name: 'notes_expiry', expireAfterSeconds: 0 } }]);
    });

    it('is skipped without collMod, unless the index may be replaced', async () => {
      expect((await plan({ indexes, lacking: ['collMod'] })).changes).toMatchObject([
        { kind: 'skipped', next: expect.stringContaining('--replace-indexes') },
      ]);
      expect((await plan({ indexes, lacking: ['collMod'], rules: { replaceIndexes: true } })).changes).toMatchObject([
        { kind: 'replace_index' },
      ]);
    });
  });

  describe('of an index that nobody defines', () => {
    const extra = (change: object): IndexDescriptionInfo[] => [...indexesInPlace, { v: 2, key: { body: 1 }, name: 'extra', ...change }];
    const kinds = async (indexes: IndexDescriptionInfo[], rules: Partial<MendingRules>): Promise<string[]> =>
      (await plan({ indexes, rules })).changes.map(({ kind }) => kind);

    it('drops it only when told to', async () => {
      expect(await kinds(extra({}), {})).toEqual(['unknown']);
      expect(await kinds(extra({}), { replaceIndexes: true })).toEqual(['unknown']);
      expect(await kinds(extra({}), { dropExtra: true })).toEqual(['drop_index']);
    });

    it.each([{ unique: true }, { expireAfterSeconds: 0 }])('drops %j only when told so twice', async (change) => {
      expect(await kinds(extra(change), { dropExtra: true })).toEqual(['unknown']);
      expect(await kinds(extra(change), { dropExtra: true, replaceIndexes: true })).toEqual(['drop_index']);
    });

    it('takes away what an interrupted rebuild left', async () => {
      expect(await kinds(extra({ name: 'notes_body__bridge' }), {})).toEqual(['drop_index']);
      expect(await kinds(extra({ name: 'other__bridge' }), {})).toEqual(['unknown']);
    });
  });
});
