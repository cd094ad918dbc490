import { type MongoExamination, type SchemaReport } from '@caas/data-access-mongo';
import { SERVER_FAULTS } from '@caas/runtime';
import { describe, expect, it } from '@jest/globals';
import { faultOfServer, judgeClock, SERVERS, type ServerName } from './advice.js';
import { judgeAclDiff, judgeBrokers, judgeChanges, judgeCopies, judgeLogin } from './checks/kafka.js';
import { judgeMigrations } from './checks/migrations.js';
import { judgeHealth, judgePrimary, judgeReach } from './checks/mongodb.js';
import { judgeMemory } from './checks/redis.js';
import { judgeSchemas } from './checks/registry.js';
import { judgeSchema } from './checks/schema.js';

const REFUSED = { kind: 'access_refused', said: 'Authentication failed.' } as const;
const AWAY = { kind: 'unreachable', said: 'connect ECONNREFUSED' } as const;

describe('a fault of a server', () => {
  it.each(SERVER_FAULTS.flatMap((kind) => Object.keys(SERVERS).map((server) => [kind, server as ServerName] as const)))(
    '%s of %s names the server, what was said, and a variable to look at',
    (kind, server) => {
      const { verdict, said, advice } = faultOfServer(server, { kind, said: 'the words' }, 'host:1');

      expect(verdict).toBe('fault');
      expect(said).toMatch(new RegExp(`^${SERVERS[server].title} at host:1 .*\\(the words\\)$`));
      expect(advice).toMatch(/[A-Z]+_[A-Z_]+/);
    },
  );
});

describe('clock skew', () => {
  it.each([
    [12_000, 20, 'fault', 'ahead of'],
    [-12_000, 20, 'fault', 'behind'],
    [2_000, 20, 'warning', 'ahead of'],
    [40, 20, 'ok', ''],
  ])('of %s ms, give or take %s, is %s', (skewMs, uncertaintyMs, verdict, words) => {
    const found = judgeClock('MongoDB', { skewMs, uncertaintyMs });

    expect(found.verdict).toBe(verdict);
    expect(found.said).toContain(words);
  });

  it('is not seen where the answer took as long', () => {
    expect(judgeClock('Redis', { skewMs: 6_000, uncertaintyMs: 5_900 }).verdict).toBe('ok');
  });
});

describe('MongoDB', () => {
  const members = [
    { address: 'a:1', type: 'RSSecondary' },
    { address: 'b:1', type: 'Unknown', fault: AWAY },
  ];

  it('without a primary is a fault that names the members', () => {
    expect(judgePrimary({ members })).toMatchObject({
      verdict: 'fault',
      said: expect.stringMatching(/no primary.*a:1 is RSSecondary, b:1 is Unknown/),
      advice: expect.stringContaining('rs.status()'),
    });
    expect(judgePrimary({ members, primary: 'a:1' })).toEqual({ verdict: 'ok', said: 'a:1 takes writes' });
  });

  it('is reached although a member is away, which is said', () => {
    expect(judgeReach({ members, latencyMs: 3 })).toMatchObject([
      { verdict: 'ok' },
      { verdict: 'warning', said: expect.stringContaining('b:1') },
    ]);
  });

  it.each<[string, MongoExamination, RegExp]>([
    ['a wrong password', { members: [], fault: REFUSED }, /wrong user or password/],
    ['a server that is down', { members: [{ address: 'b:1', type: 'Unknown', fault: AWAY }], fault: AWAY }, /b:1 is down/],
    ['an address that cannot be read', { members: [], fault: { kind: 'failed', said: 'Invalid' } }, /Invalid/],
  ])('with %s is a fault', (_, examination, words) => {
    expect(judgeReach(examination)).toMatchObject([{ verdict: 'fault', said: expect.stringMatching(words) }]);
  });

  it('that is behind or full is a warning', () => {
    const checks = [
      { name: 'disk', status: 'degraded', reason: '91 % full' },
      { name: 'oplog', status: 'unknown' },
      { name: 'primary', status: 'unhealthy' },
    ] as const;

    expect(judgeHealth(checks)).toMatchObject([{ verdict: 'warning', said: 'disk is degraded: 91 % full' }]);
  });
});

describe('stored data', () => {
  const NOTHING: SchemaReport = { changes: [], skipped: [], conflicts: [], unknown: [], failed: [], namespaces: 2, dryRun: true };
  const namespace = { database: 'caas_shared', collection: 'messages' };

  it('as defined is fine', () => {
    expect(judgeSchema(NOTHING)).toEqual([{ verdict: 'ok', said: '2 collections as defined' }]);
  });

  it('with a drifted index names it', () => {
    const conflict = {
      kind: 'conflict',
      namespace,
      subject: 'sender_created',
      reason: 'other keys',
      next: 'use --replace-indexes',
    } as const;

    expect(judgeSchema({ ...NOTHING, conflicts: [conflict] })).toEqual([
      {
        verdict: 'differs',
        said: 'drifted, and mending takes something away: caas_shared.messages sender_created: other keys',
        advice: 'use --replace-indexes',
      },
    ]);
  });

  it('without a collection does not name its indexes as well', () => {
    const changes = [
      { kind: 'create_collection', namespace, subject: 'messages' },
      { kind: 'create_index', namespace, subject: 'sender_created' },
      { kind: 'create_index', namespace: { ...namespace, collection: 'users' }, subject: 'email' },
    ] as const;

    expect(judgeSchema({ ...NOTHING, changes })).toMatchObject([
      { verdict: 'differs', said: 'missing collections: caas_shared.messages' },
      { verdict: 'differs', said: 'missing indexes: caas_shared.users email' },
    ]);
  });

  it('with migrations to run, failed or unknown ones names them', () => {
    const counts = { pending: 0, running: 0, succeeded: 1, failed: 0, rolled_back: 0, skipped: 0 };
    const row = { version: 'V002', name: 'more', scope: 'platform', counts, failed: [], changed: false } as const;

    expect(judgeMigrations({ migrations: [row], unknown: [], upToDate: true })).toMatchObject([{ verdict: 'ok' }]);
    expect(
      judgeMigrations({
        migrations: [
          { ...row, counts: { ...counts, pending: 2 } },
          { ...row, version: 'V003', failed: [{ place: 'shared', error: 'no space' }] },
        ],
        unknown: ['V009'],
        upToDate: false,
      }),
    ).toMatchObject([
      { verdict: 'fault', said: 'migration V003 failed in shared: no space' },
      { verdict: 'differs', said: 'pending migrations: V002 more' },
      { verdict: 'fault', said: expect.stringContaining('V009') },
    ]);
  });
});

describe('Redis', () => {
  it('that evicts is a warning', () => {
    expect(judgeMemory({ maxmemoryPolicy: 'allkeys-lru' })).toMatchObject({
      verdict: 'warning',
      said: expect.stringContaining('allkeys-lru'),
    });
    expect(judgeMemory({}).verdict).toBe('skipped');
  });
});

describe('Kafka', () => {
  const broker = (address: string, fault?: typeof AWAY | typeof REFUSED) =>
    ({ address, from: 'configuration', ...(fault && { fault }) }) as const;

  it('with one broker of three down lets us in, and names it', () => {
    const examination = { brokers: [broker('a:1'), broker('b:1', AWAY), broker('c:1')], alive: 2 };

    expect(judgeLogin(examination).verdict).toBe('ok');
    expect(judgeBrokers(examination)).toMatchObject([
      { verdict: 'fault', said: expect.stringMatching(/^broker down: Kafka at b:1 is down/) },
    ]);
  });

  it('that refuses the login is not called away', () => {
    expect(judgeLogin({ brokers: [broker('a:1', AWAY), broker('b:1', REFUSED)] })).toMatchObject({
      verdict: 'fault',
      said: expect.stringContaining('wrong user or password'),
    });
  });

  it('with missing topics, and ones with a broken copy, names them', () => {
    const missing = { kind: 'create', topic: 'chat.events.shared', partitions: 4, replicationFactor: 3, config: {} } as const;

    expect(judgeChanges([missing], 10)).toMatchObject([{ verdict: 'differs', said: 'missing topics: chat.events.shared' }]);
    expect(judgeCopies([{ ...describedTopic, unhealthyPartitions: 2 }])).toMatchObject([
      { verdict: 'fault', said: expect.stringContaining('chat.events.shared (2)') },
    ]);
    expect(judgeCopies([describedTopic])).toEqual([]);
  });

  it('with missing ACLs names them; ones too many are a warning', () => {
    const entry = {
      principal: 'User:service-worker-a',
      host: '*',
      permission: 'allow',
      operation: 'read',
      resource: { type: 'topic', name: 'chat.messages.', pattern: 'prefixed' },
    } as const;

    expect(judgeAclDiff({ missing: [entry], extra: [{ ...entry, operation: 'write' }] })).toMatchObject([
      { verdict: 'differs', said: expect.stringMatching(/^missing ACLs: .*service-worker-a.*read/) },
      { verdict: 'warning', said: expect.stringContaining('write') },
    ]);
  });

  const describedTopic = {
    topic: 'chat.events.shared',
    family: 'chat.events',
    placement: 'shared',
    partitions: 4,
    replicationFactor: 3,
    unhealthyPartitions: 0,
    config: {},
    changes: [],
  } as const;
});

describe('the registry', () => {
  const compatibility = { defined: 'BACKWARD', set: 'BACKWARD' };

  it('names schemas that it does not know, and those that it would refuse', () => {
    expect(
      judgeSchemas([
        { subject: 'a-value', state: 'registered', compatibility, issues: [] },
        { subject: 'b-value', state: 'new', compatibility, issues: [] },
        { subject: 'c-value', state: 'incompatible', compatibility, issues: ['A field is gone.'] },
        { subject: 'd-value', state: 'registered', compatibility: { ...compatibility, set: undefined }, issues: [] },
      ]),
    ).toMatchObject([
      { verdict: 'fault', said: 'incompatible schema c-value: A field is gone.' },
      { verdict: 'differs', said: 'schemas that are not registered: b-value' },
      { verdict: 'differs', said: 'schemas with another level of compatibility: d-value' },
    ]);
  });
});
