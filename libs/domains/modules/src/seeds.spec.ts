import { describe, expect, it } from '@jest/globals';
import {
  planDigest,
  rowChecker,
  type Seed,
  type SeedContext,
  seedPlanOf,
  type SeedProfileName,
  TenantSeedContext,
} from '@caas/composition/seeding';
import { defaultApplicationId } from '@caas/identity';
import { PLAN_LIMITS } from '@caas/runtime';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { modules } from './index.js';
import { platformContext, seededTenant, tenantContext } from './seeds.fixture.js';

type Row = Readonly<Record<string, unknown>>;

const ROOT = join(import.meta.dirname, '../../../..');

const seeds = await modules.seeds();
const tenant = seededTenant('specseeds');
const scopeOf = (context: SeedContext): Seed['scope'] => (context instanceof TenantSeedContext ? 'tenant' : 'platform');
const seedsFor = (context: SeedContext): Seed[] => seeds.filter(({ scope }) => scope === scopeOf(context));

async function rowsOf(seed: Seed, context: SeedContext): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of seedPlanOf(seed, context).rows) rows.push(row);
  return rows;
}

async function digestsOf(context: SeedContext): Promise<string[]> {
  return Promise.all(seedsFor(context).map((seed) => planDigest(seedPlanOf(seed, context))));
}

/** Everything in a value that looks like an id of a stored thing. Events are not stored, call and operation ids neither. */
function* idsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') {
    if (/^(?:clnt_[a-z0-9]{8,32}|plan_[a-z]+_v\d+|(?!evt|job)[a-z]{2,4}_[0-9a-hjkmnp-tv-z]{26})$/u.test(value)) yield value;
    else if (value.includes(':usr_')) yield* value.split(':');
  } else if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
    for (const inner of Object.values(value)) yield* idsIn(inner);
  }
}

const CONTEXTS: [string, () => SeedContext][] = [
  ['the platform', () => platformContext()],
  ['a tenant, test', () => tenantContext(tenant)],
  ['a tenant, dev', () => tenantContext(tenant, { profile: 'dev' })],
  ['a small tenant, full', () => tenantContext({ ...tenant, plan: 'free', limits: PLAN_LIMITS.free }, { profile: 'full' })],
];

describe.each(CONTEXTS)('the seeds of %s', (_, contextOf) => {
  it('make rows that their definitions accept, as many as they say, each id once', async () => {
    const context = contextOf();
    const ids = new Set<string>();
    let made = 0;

    for (const seed of seedsFor(context)) {
      const check = rowChecker(seed.collection, context instanceof TenantSeedContext ? context.tenant.tenantId : undefined);
      const rows = await rowsOf(seed, context);
      rows.forEach(check);
      for (const row of rows) ids.add(`${seed.collection.name} ${String(row[seed.collection.id.field])}`);
      expect([seed.name, rows.length]).toEqual([seed.name, seedPlanOf(seed, context).total]);
      made += rows.length;
    }

    expect(made).toBeGreaterThan(10);
    expect(ids.size).toBe(made);
  }, 60_000);

  it('keep every unique index', async () => {
    const context = contextOf();
    const taken = new Map<string, string>();

    for (const seed of seedsFor(context)) {
      const unique = seed.collection.indexes.filter((index) => index.unique === true);
      for (const row of await rowsOf(seed, context)) {
        for (const { name, keys } of unique) {
          const values = Object.keys(keys).map((path) => valueAt(row, path));
          const isOutside = values.some((value, position) => value === null && Object.keys(keys)[position] !== 'tenant_id');
          if (isOutside) continue;
          const key = JSON.stringify([seed.collection.name, name, values]);
          if (taken.has(key)) throw new Error(`${key} occurs twice: in ${taken.get(key)} and ${seed.name}`);
          taken.set(key, seed.name);
        }
      }
    }
    expect(taken.size).toBeGreaterThan(0);
  }, 60_000);

  it('refer to nothing that is not there', async () => {
    const context = contextOf();
    const platform = platformContext();
    // The application came with the tenant, not with seeds.
    const [known, named] = [new Set<string>([tenant.tenantId, defaultApplicationId(tenant.tenantId)]), new Set<string>()];
    const all = [
      ...seedsFor(context).map((seed) => [seed, context] as const),
      ...seedsFor(platform).map((seed) => [seed, platform] as const),
    ];

    for (const [seed, from] of all) {
      for (const { [seed.collection.id.field]: id, ...fields } of await rowsOf(seed, from)) {
        known.add(String(id));
        for (const name of idsIn(fields)) named.add(name);
      }
    }

    expect([...named].filter((id) => !known.has(id))).toEqual([]);
    expect(named.size).toBeGreaterThan(3);
  }, 60_000);
});

describe('two runs', () => {
  it('make the same rows, byte for byte, from the same seed number', async () => {
    expect(await digestsOf(tenantContext(tenant, { profile: 'dev' }))).toEqual(await digestsOf(tenantContext(tenant, { profile: 'dev' })));
    expect(await digestsOf(platformContext())).toEqual(await digestsOf(platformContext()));
  });

  it('make the same rows in whatever order the seeds are asked', async () => {
    const [forward, backward] = [tenantContext(tenant), tenantContext(tenant)];
    const expected = await digestsOf(forward);

    const found: string[] = [];
    for (const seed of seedsFor(backward).toReversed()) found.unshift(await planDigest(seedPlanOf(seed, backward)));

    expect(found).toEqual(expected);
  });

  it('make other rows from another seed number, or for another tenant', async () => {
    const [one, other, elsewhere] = [
      await digestsOf(tenantContext(tenant)),
      await digestsOf(tenantContext(tenant, { seed: 2 })),
      await digestsOf(tenantContext(seededTenant('specseedsother'))),
    ];

    const empty = await planDigest({ total: 0, rows: [] });
    const made = one.filter((digest) => digest !== empty);
    expect(made.length).toBeGreaterThan(15);
    expect(made.filter((digest) => other.includes(digest) || elsewhere.includes(digest))).toEqual([]);
  });
});

describe('the smallest profile', () => {
  it.each<[string, Partial<Record<string, number>>]>([
    ['test', { users: 3, conversations: 4, messages: 20, files: 5, groups: 1 }],
    ['dev', { users: 10, conversations: 28, messages: 560, files: 25, groups: 3 }],
  ])('of %s has as much of everything as it should', async (profile, expected) => {
    const context = tenantContext(tenant, { profile: profile as SeedProfileName });
    const found: Record<string, number> = {};
    for (const seed of seedsFor(context)) {
      found[seed.collection.name] = (found[seed.collection.name] ?? 0) + seedPlanOf(seed, context).total;
    }

    expect(found).toMatchObject(expected);
  });

  it('has messages of every kind, a thread, an edit, a quotation, something forwarded and reactions', async () => {
    const messages = await rowsOf(
      seeds.find(({ name }) => name === 'messages')!,
      tenantContext(tenant),
    );
    const having = (path: string) => messages.filter((row) => valueAt(row, path) !== null && valueAt(row, path) !== 0).length;

    expect(new Set(messages.map((row) => valueAt(row, 'content.type')))).toEqual(
      new Set([...['text', 'image', 'video', 'audio', 'file', 'voice', 'location', 'contact', 'sticker', 'system', 'encrypted', 'erased']]),
    );
    for (const path of [
      'thread.root_message_id',
      'thread.reply_count',
      'edit.original',
      'thread.parent_message_id',
      'forwarded',
      'deleted_at',
    ]) {
      expect([path, having(path) > 0]).toEqual([path, true]);
    }
    expect(having('reactions_summary.total_count')).toBeGreaterThan(0);
  });

  it('has a story, a revoked device, an expired session, a block and a mute', async () => {
    const context = tenantContext(tenant);
    const rows = async (name: string) =>
      rowsOf(
        seeds.find((seed) => seed.name === name)!,
        context,
      );
    const relationships = (await rows('user relationships')).map(({ type }) => type);

    expect((await rows('posts')).map(({ type }) => type)).toContain('story');
    expect((await rows('user devices')).map(({ status }) => status)).toContain('revoked');
    expect((await rows('user sessions')).some((row) => (row['expires_at'] as Date) < context.asOf)).toBe(true);
    expect(relationships).toEqual(expect.arrayContaining(['friend', 'blocked', 'muted', 'following', 'contact']));
  });
});

describe('what is said twice', () => {
  it('is the same: reactions and their counts, last messages, read positions', async () => {
    const context = tenantContext(tenant, { profile: 'dev' });
    const rows = async (name: string) =>
      rowsOf(
        seeds.find((seed) => seed.name === name)!,
        context,
      );
    const [messages, reactions, conversations, states] = await Promise.all(
      ['messages', 'reactions', 'conversations', 'read states'].map(rows),
    );

    const counted = messages!.reduce((sum, row) => sum + Number(valueAt(row, 'reactions_summary.total_count')), 0);
    expect(counted).toBe(reactions!.length);
    for (const conversation of conversations!) {
      const own = messages!.filter((row) => row['conversation_id'] === conversation['conversation_id']);
      expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, index) => index + 1));
      expect(own.map(({ created_at }) => Number(created_at))).toEqual(
        own.map(({ created_at }) => Number(created_at)).sort((a, b) => a - b),
      );
      expect(conversation['last_sequence']).toBe(own.length);
      expect(valueAt(conversation, 'last_message.message_id')).toBe(own.at(-1)!['message_id']);
    }
    const sequenceOf = new Map(messages!.map((row) => [row['message_id'], row['sequence']]));
    for (const state of states!) expect(sequenceOf.get(state['last_read_message_id'])).toBe(state['last_read_sequence']);
  });
});

describe('processes that serve', () => {
  it.each(['apps/gateway/src/main.ts', 'apps/worker/src/main.ts'])('%s does not reach the generator of names', (entry) => {
    const reached = filesReachedFrom(join(ROOT, entry));

    expect([...reached].filter((file) => file.includes('faker') || file.includes('/seed'))).toEqual([]);
    expect(reached.size).toBeGreaterThan(100);
  });

  it('would be found out if they did', () => {
    const reached = filesReachedFrom(join(ROOT, 'libs/domains/chat/src/seeds/index.ts'));

    expect([...reached].filter((file) => file.includes('faker'))).toEqual(['@faker-js/faker']);
  });
});

function valueAt(row: Row, path: string): unknown {
  let value: unknown = row;
  for (const name of path.split('.')) value = Array.isArray(value) ? (value as Row[])[0]?.[name] : (value as Row | null)?.[name];
  return value ?? null;
}

/** Source files, and packages from elsewhere, that a file loads: what it imports and what it may import later, seeds excepted. */
function filesReachedFrom(entry: string, reached = new Set<string>()): Set<string> {
  if (reached.has(entry)) return reached;
  reached.add(entry);
  if (!existsSync(entry)) return reached;
  for (const line of readFileSync(entry, 'utf8').matchAll(
    /^(?!\s*\/?\*|import type |\s*readonly |.*\bseeds:).*?(?:from |import |import\()'([^']+)'/gmu,
  )) {
    filesReachedFrom(fileOf(line[1]!, entry), reached);
  }
  return reached;
}

function fileOf(specifier: string, from: string): string {
  if (specifier.startsWith('.')) return join(dirname(from), specifier.replace(/\.js$/u, '.ts'));
  const [, name, sub] = /^(@caas\/[^/]+)(?:\/(.+))?$/u.exec(specifier) ?? [];
  if (name === undefined) return specifier;
  const folder = join(ROOT, 'node_modules', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Record<string, { '@caas/source': string }>;
  };
  return join(folder, exports[sub === undefined ? '.' : `./${sub}`]!['@caas/source']);
}
