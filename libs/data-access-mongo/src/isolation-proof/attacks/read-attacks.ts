import { newId } from '@caas/schema';
import { type DocumentOf } from '../../definition/document-types.js';
import { op } from '../../repository/operators.js';
import { type Arena, ROWS, type Side } from '../arena.js';
import { type Attack, type Try, tries } from '../attack.js';
import { type ProofCollections } from '../proof-collections.js';

/** Milliseconds until a stream that shows nothing is given up. */
const WATCH_MS = 20_000;

type Row = DocumentOf<ProofCollections['rows']>;

/** Filters that ask for the other tenant's rows as well as they can. */
function reaching({ them, theirIds }: Arena): readonly never[] {
  const { tenantId } = them.tenant;
  return [
    {},
    { tenant_id: tenantId },
    { tenant_id: op.in([tenantId]) },
    { tenant_id: op.ne('') },
    { tenant_id: op.exists() },
    { 'tenant_id.x': op.exists(false) },
    { user_id: op.in(theirIds) },
    { user_id: op.ne('') },
    { secret: them.secret },
    { handle: op.startsWith('h') },
    op.or<Row>({ tenant_id: tenantId }, { status: 'active' }),
    op.or<Row>({ user_id: op.in(theirIds) }, { secret: op.ne('') }),
    op.and<Row>({ status: 'active' }, op.or<Row>({ handle: op.exists() }, { user_id: op.in(theirIds) })),
    { $or: [{ tenant_id: tenantId }] },
    { $where: 'true' },
    { tenant_id: { $ne: null } },
    { status: { $ne: null } },
    { $expr: { $eq: ['$tenant_id', tenantId] } },
  ] as never[];
}

const onTheirs = ({ theirIds }: Arena): readonly string[] => [...theirIds, 'usr_x', { $ne: null } as never];

/** Reads, each with everything that might reach beyond the own tenant. */
export const readAttacks: readonly Attack[] = [
  {
    id: 'find-foreign-ids',
    kind: 'read',
    method: 'find',
    title: 'find by ids of the other tenant',
    run: tries(
      (arena) => onTheirs(arena).map((id) => () => arena.me.rows.find(id, { includeDeleted: true })),
      (found) => found === undefined,
    ),
  },
  {
    id: 'get-foreign-ids',
    kind: 'read',
    method: 'get',
    title: 'get by ids of the other tenant',
    run: tries(
      (arena) => onTheirs(arena).map((id) => () => arena.me.rows.get(id, { includeDeleted: true })),
      () => false,
    ),
  },
  {
    id: 'find-one',
    kind: 'read',
    method: 'findOne',
    title: 'findOne by filters that reach beyond',
    run: tries((arena) =>
      reaching(arena).map((filter) => () => arena.me.rows.findOne(filter, { includeDeleted: true, sort: { handle: -1 } })),
    ),
  },
  {
    id: 'find-many',
    kind: 'read',
    method: 'findMany',
    title: 'findMany by filters that reach beyond',
    run: tries((arena) => reaching(arena).map((filter) => () => arena.me.rows.findMany(filter, { includeDeleted: true }))),
  },
  {
    id: 'count',
    kind: 'read',
    method: 'count',
    title: 'count by filters that reach beyond',
    run: tries(
      (arena) => reaching(arena).map((filter) => () => arena.me.rows.count(filter, { includeDeleted: true })),
      (count) => count <= ROWS,
    ),
  },
  {
    id: 'exists',
    kind: 'read',
    method: 'exists',
    title: 'exists by ids and secrets of the other tenant',
    run: tries(
      ({ me, them, theirIds }) => [
        () => me.rows.exists({ user_id: op.in(theirIds) }, { includeDeleted: true }),
        () => me.rows.exists({ secret: them.secret }, { includeDeleted: true }),
        () => me.rows.exists({ tenant_id: them.tenant.tenantId }),
      ],
      (exists) => !exists,
    ),
  },
  {
    id: 'distinct',
    kind: 'read',
    method: 'distinct',
    title: 'distinct values of fields that tell whose row it is',
    run: tries(
      (arena) =>
        (['secret', 'user_id', 'tenant_id', 'members.user_id', '$where', 'nothing'] as const).flatMap((field) =>
          reaching(arena).map((filter) => () => arena.me.rows.distinct(field as 'secret', filter, { includeDeleted: true })),
        ),
      (values, { them, theirIds }) => !values.some((value) => value === them.tenant.tenantId || theirIds.includes(value as string)),
    ),
  },
  {
    id: 'find-existing',
    kind: 'read',
    method: 'findExisting',
    title: 'findExisting of ids of the other tenant',
    run: tries(
      ({ me, theirIds }) => [
        () => me.rows.findExisting(theirIds, ['secret']),
        () => me.rows.findExisting(theirIds, ['$secret' as 'secret']),
      ],
      (found) => found.size === 0,
    ),
  },
  {
    id: 'page',
    kind: 'read',
    method: 'page',
    title: 'pages by filters that reach beyond, and by the other tenant’s cursor',
    run: tries((arena) => [
      ...reaching(arena).map((filter) => () => arena.me.rows.page(filter, { sort: { created_at: 1 }, includeDeleted: true })),
      () => arena.me.rows.page({}, { sort: { created_at: 1 }, limit: 1, cursor: arena.theirCursor }),
    ]),
  },
  {
    id: 'page-walk',
    kind: 'read',
    method: 'page',
    title: 'a whole list page by page, there and back',
    run: tries(({ me }) => [() => walk(me.rows)]),
  },
  {
    id: 'page-by-offset',
    kind: 'read',
    method: 'pageByOffset',
    title: 'numbered pages and their total by filters that reach beyond',
    run: tries(
      (arena) =>
        [1, 2].flatMap((page) =>
          reaching(arena).map(
            (filter) => () =>
              arena.me.rows.pageByOffset(filter, { sort: { handle: 1 }, page, limit: ROWS, total: true, includeDeleted: true }),
          ),
        ),
      ({ total = 0 }) => total <= ROWS,
    ),
  },
  {
    id: 'search',
    kind: 'read',
    method: 'search',
    title: 'text search for words of both tenants',
    needs: 'textSearch',
    run: tries((arena) => [
      ...reaching(arena).map((filter) => () => arena.me.rows.search('needle', filter, { includeDeleted: true })),
      () => arena.me.rows.search(`"needle" -nothing`, {}),
      () => arena.me.rows.search({ $ne: '' } as never, {}),
    ]),
  },
  {
    id: 'watch',
    kind: 'read',
    method: 'watch',
    title: 'a change stream while both tenants write',
    needs: 'changeStreams',
    run: watchBoth,
  },
];

async function walk(rows: Arena['me']['rows']): Promise<unknown[]> {
  const seen: unknown[] = [];
  let cursor: string | undefined;
  let last: string | null = null;
  do {
    const page = await rows.page({}, { sort: { created_at: -1 }, limit: 2, cursor, includeDeleted: true });
    seen.push(page);
    last = page.prevCursor ?? last;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  if (last !== null) seen.push(await rows.page({}, { sort: { created_at: -1 }, limit: 2, cursor: last, includeDeleted: true }));
  return seen;
}

/** Their write comes first, so that a stream that shows it has shown it when the own one arrives. */
async function watchBoth(arena: Arena): Promise<readonly Try[]> {
  const { me, them } = arena;
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(WATCH_MS)]);
  const seen: unknown[] = [];
  const write = async (): Promise<void> => {
    for (const seq of [1_000, 1_001]) for (const side of [them, me]) await side.links.insert(aLink(side, seq));
    for (const side of [them, me]) await side.links.deleteMany({ seq: op.gte(1_000) });
  };
  let writing: Promise<void> | undefined;
  await me.links.watch(
    (change) => {
      seen.push(change);
      if (seen.length === 2) ending.abort();
    },
    { signal, onOpen: () => void (writing = write()) },
  );
  await writing;
  if (arena.isForeign(seen)) return [{ outcome: 'breached', reason: 'the stream showed a change of the other tenant' }];
  return [seen.length === 2 ? { outcome: 'confined' } : { outcome: 'failed', reason: 'the stream did not show the own changes' }];
}

const aLink = ({ secret }: Side, seq: number) => ({ owner_id: newId('usr'), seq, secret });
