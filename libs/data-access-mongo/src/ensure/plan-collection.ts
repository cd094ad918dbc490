import { type CollectionInfo, type CreateCollectionOptions, type Db } from 'mongodb';
import { differencesOf } from './differences.js';
import { type PlanTarget, type PlannedChange } from './planned-change.js';
import { type SchemaChange } from './schema-report.js';

/** What is to be done about the collection itself: its existence, its validator, its options. `info` is how the server lists it. */
export function planCollection(target: PlanTarget, info: CollectionInfo | undefined): PlannedChange[] {
  if (info === undefined) return planCreation(target);
  const odd = oddities(target, info);
  return odd.length > 0 ? odd : [...planValidation(target, info), ...planPreImages(target, info)];
}

/** The collection in the server's list. The filter saves the server work; not every relative of MongoDB heeds it. */
export async function findCollection(db: Db, name: string): Promise<CollectionInfo | undefined> {
  const listed: CollectionInfo[] = await db.listCollections({ name }).toArray();
  return listed.find((info) => info.name === name);
}

function planCreation(target: PlanTarget): PlannedChange[] {
  const { definition, namespace, capabilities } = target;
  const lacking = (['validators', 'preImages'] as const).filter((name) => !capabilities[name]);
  const options: CreateCollectionOptions = {
    ...(capabilities.validators ? validationOf(target) : {}),
    ...(definition.preImages && capabilities.preImages ? PRE_IMAGES : {}),
  };
  const apply = (db: Db): Promise<void> => createCollection(db, namespace.collection, options);
  const skipped = lacking.flatMap((name) => {
    if (name === 'preImages' && !definition.preImages) return [];
    return [skip(target, name === 'validators' ? 'validator' : 'pre_images', name)];
  });
  return [{ kind: 'create_collection', namespace, subject: namespace.collection, apply }, ...skipped];
}

const PRE_IMAGES = { changeStreamPreAndPostImages: { enabled: true } } as const;

function validationOf({ definition }: PlanTarget) {
  return { validator: { $jsonSchema: definition.validator }, validationLevel: 'strict', validationAction: 'error' } as const;
}

/** Things of this name that no command turns into the collection that is defined. */
function oddities({ namespace }: PlanTarget, { type, options }: CollectionInfo): SchemaChange[] {
  const listed = options as CreateCollectionOptions | undefined;
  const differences = [
    ...differencesOf(type ?? 'collection', 'collection', 'type'),
    ...differencesOf(listed?.capped ?? false, false, 'options.capped'),
    ...differencesOf(listed?.collation, undefined, 'options.collation'),
  ];
  if (differences.length === 0) return [];
  const reason = 'the server has something else under this name';
  const next = 'copy its rows elsewhere, drop it, apply, and bring the rows back';
  return [{ kind: 'conflict', namespace, subject: namespace.collection, differences, reason, next }];
}

function planValidation(target: PlanTarget, { options }: CollectionInfo): PlannedChange[] {
  const { namespace, capabilities } = target;
  if (!capabilities.validators) return [skip(target, 'validator', 'validators')];
  const { validator, validationLevel = 'strict', validationAction = 'error' } = (options ?? {}) as CreateCollectionOptions;
  const wanted = validationOf(target);
  const differences = [
    ...differencesOf(validator, wanted.validator, 'validator'),
    ...differencesOf(validationLevel, wanted.validationLevel, 'validationLevel'),
    ...differencesOf(validationAction, wanted.validationAction, 'validationAction'),
  ];
  if (differences.length === 0) return [];
  if (!capabilities.collMod) return [{ ...skip(target, 'validator', 'collMod'), differences }];
  const apply = async (db: Db): Promise<void> => void (await db.command({ collMod: namespace.collection, ...wanted }));
  return [{ kind: 'set_validator', namespace, subject: 'validator', differences, apply }];
}

function planPreImages(target: PlanTarget, { options }: CollectionInfo): PlannedChange[] {
  const { definition, namespace, capabilities } = target;
  if (!definition.preImages) return [];
  if (!capabilities.preImages) return [skip(target, 'pre_images', 'preImages')];
  const enabled = (options as CreateCollectionOptions | undefined)?.changeStreamPreAndPostImages?.enabled ?? false;
  const differences = differencesOf(enabled, true, 'options.changeStreamPreAndPostImages.enabled');
  if (differences.length === 0) return [];
  if (!capabilities.collMod) return [{ ...skip(target, 'pre_images', 'collMod'), differences }];
  const apply = async (db: Db): Promise<void> => void (await db.command({ collMod: namespace.collection, ...PRE_IMAGES }));
  return [{ kind: 'set_pre_images', namespace, subject: 'pre_images', differences, apply }];
}

function skip({ namespace }: PlanTarget, subject: string, lacking: string): SchemaChange {
  const reason = `the server lacks ${lacking}${lacking === 'collMod' ? ', which changes an existing collection' : ''}`;
  return { kind: 'skipped', namespace, subject, reason };
}

/** Two processes may create the same collection at once; the one that comes second finds it there and is content. */
async function createCollection(db: Db, name: string, options: CreateCollectionOptions): Promise<void> {
  try {
    await db.createCollection(name, options);
  } catch (error) {
    if ((await findCollection(db, name)) === undefined) throw error;
  }
}
