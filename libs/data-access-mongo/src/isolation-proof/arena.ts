import { randomBytes } from 'node:crypto';
import { type IsolationModel, PLAN_LIMITS, type TenantContext } from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { type Mongo } from '../client/mongo.js';
import { type DocumentOf, type NewDocumentOf } from '../definition/document-types.js';
import { type LifecycleRepository, type TenantRepository } from '../repository/repository.js';
import { type ProofCollections } from './proof-collections.js';

type Row = DocumentOf<ProofCollections['rows']>;

/** Rows of each tenant, with the same natural keys in both. */
export const ROWS = 5;

/** One tenant of a proof and everything it can reach. */
export interface Side {
  readonly tenant: TenantContext;
  /** In each of its rows, and nowhere else: the attacker may know ids, never this. */
  readonly secret: string;
  readonly rows: TenantRepository<ProofCollections['rows']>;
  readonly links: TenantRepository<ProofCollections['links']>;
  /** With what life-cycle jobs can do. */
  readonly jobs: LifecycleRepository<ProofCollections['rows']>;
}

/** Two tenants of one strategy: the attacker (`me`) and the one whose data must neither show nor change (`them`). */
export interface Arena {
  readonly mongo: Mongo;
  readonly model: IsolationModel;
  readonly collections: ProofCollections;
  readonly me: Side;
  readonly them: Side;
  /** Ids that the attacker has learned. */
  readonly theirIds: readonly string[];
  readonly theirLinkIds: readonly string[];
  /** A cursor of the other tenant's list. */
  readonly theirCursor: string;
  /** Everything the other tenant has, deleted rows included. */
  theirData(): Promise<string>;
  /** Whether a value that the attacker got holds anything of the other tenant. */
  isForeign(value: unknown): boolean;
}

/** A tenant that exists for one proof only. It is in no register: nothing else can find it. */
export function proofTenant(model: IsolationModel): TenantContext {
  return {
    tenantId: newTenantId(),
    name: 'Proof of isolation',
    plan: 'free',
    status: 'active',
    provisioning: 'ready',
    isolation: { model, epoch: 1 },
    limits: PLAN_LIMITS.free,
  };
}

/** A row; its secret tells whose it is. */
export function proofRow(secret: string, change: Partial<NewDocumentOf<ProofCollections['rows']>> = {}) {
  return {
    handle: null,
    status: 'active' as const,
    name: 'Ada needle',
    secret,
    tags: ['a', 'b'],
    members: [{ user_id: newId('usr'), role: 'owner' }],
    sent: 1,
    seen_at: null,
    ...change,
  };
}

/** Creates the collections and both tenants' rows. Whoever opens an arena closes it with {@link closeArena}. */
export async function openArena(mongo: Mongo, collections: ProofCollections, model: IsolationModel): Promise<Arena> {
  const me = await openSide(mongo, collections, proofTenant(model));
  const them = await openSide(mongo, collections, proofTenant(model));
  const theirRows: Row[] = [];
  for (let index = 0; index < ROWS; index += 1) {
    // In turns, so that rows of both lie side by side where the collection is shared.
    for (const side of [me, them]) {
      const row = await side.rows.insert(proofRow(side.secret, { handle: `h${index}`, sent: index }));
      await side.links.insert({ owner_id: row.user_id, seq: index, secret: side.secret });
      if (side === them) theirRows.push(row);
    }
  }
  await them.rows.softDelete(theirRows.at(-1)?.user_id ?? '', 'proof');
  const { nextCursor } = await them.rows.page({}, { sort: { created_at: 1 }, limit: 1 });
  const theirLinks = await them.links.findMany({});
  return {
    mongo,
    model,
    collections,
    me,
    them,
    theirIds: theirRows.map(({ user_id: id }) => id),
    theirLinkIds: theirLinks.map(({ message_id: id }) => id),
    theirCursor: nextCursor ?? '',
    theirData: async () =>
      JSON.stringify([
        await them.rows.findMany({}, { sort: { user_id: 1 }, includeDeleted: true, readFrom: 'primary' }),
        await them.links.findMany({}, { sort: { message_id: 1 }, readFrom: 'primary' }),
      ]),
    isForeign: (value) => textOf(value).includes(them.secret),
  };
}

async function openSide(mongo: Mongo, { rows, links }: ProofCollections, tenant: TenantContext): Promise<Side> {
  await mongo.ensure([rows, links], { tenant });
  const data = mongo.forTenant(tenant);
  const secret = randomBytes(16).toString('hex');
  return {
    tenant,
    secret,
    rows: data.repository(rows),
    links: data.repository(links),
    jobs: mongo.operateOnTenant(tenant).repository(rows),
  };
}

/** Everything in a value, with maps opened: what has no text holds nothing foreign. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (inner instanceof Map ? [...inner.entries()] : inner)) ?? '';
}

/** Removes everything that the arena created, also in the shared database when no other tenant is left in it. */
export async function closeArena({ mongo, collections, model, me, them }: Pick<Arena, 'mongo' | 'collections' | 'model' | 'me' | 'them'>) {
  for (const { tenant } of [me, them]) await mongo.operateOnTenant(tenant).drop([collections.rows, collections.links]);
  if (model !== 'shared') return;
  await mongo.dropEmptyShared(collections.rows);
  await mongo.dropEmptyShared(collections.links);
}
