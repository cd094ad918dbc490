import { describe, expect, it } from '@jest/globals';
import { type PoolStats } from '../client/pool-stats.js';
import { judgeDisk, judgeOplog, judgePool, judgeReplication, overallStatus } from './health-report.js';
import { replicationOf } from './replication.js';

const now = Date.UTC(2026, 0, 1);
const member = (name: string, state: number, secondsBehind: number, health = 1) => ({
  name,
  state,
  health,
  optimeDate: new Date(now - secondsBehind * 1_000),
});
/** Synthetic answers: no server at hand here has several members. */
const set = (...members: ReturnType<typeof member>[]) => replicationOf({ set: 'caas-rs', members });

describe('replicationOf', () => {
  it('measures the last of the secondaries that are up', () => {
    expect(set(member('a', 1, 0), member('b', 2, 3), member('c', 2, 12))).toEqual({ primary: 'a', lagSeconds: 12, down: [] });
    expect(set(member('a', 1, 0), member('b', 2, 3), member('c', 8, 999, 0))).toEqual({ primary: 'a', lagSeconds: 3, down: ['c'] });
  });

  it('knows no lag without a primary, without a secondary, and of an arbiter', () => {
    expect(set(member('b', 2, 0), member('c', 2, 1))).toEqual({ primary: undefined, lagSeconds: undefined, down: [] });
    expect(set(member('a', 1, 0))).toEqual({ primary: 'a', lagSeconds: undefined, down: [] });
    expect(replicationOf({ members: [member('a', 1, 0), { name: 'b', state: 7, health: 1 }] }).lagSeconds).toBeUndefined();
  });

  it('takes a secondary that is ahead for level', () => {
    expect(set(member('a', 1, 2), member('b', 2, 0)).lagSeconds).toBe(0);
  });
});

describe('the health of a replica set', () => {
  const statusOf = (name: string, checks: ReturnType<typeof judgeReplication>) => checks.find((check) => check.name === name)?.status;

  it.each([
    [0, 'healthy'],
    [10, 'healthy'],
    [11, 'degraded'],
    [60, 'degraded'],
    [61, 'unhealthy'],
  ])('with a lag of %i s is %s', (lag, expected) => {
    expect(statusOf('replication', judgeReplication(set(member('a', 1, 0), member('b', 2, lag))))).toBe(expected);
  });

  it('without a primary is unhealthy, and with a member down degraded', () => {
    expect(statusOf('replication', judgeReplication(set(member('b', 2, 0))))).toBe('unhealthy');
    const checks = judgeReplication(set(member('a', 1, 0), member('b', 2, 0), member('c', 8, 0, 0)));
    expect(checks).toContainEqual({ name: 'members', status: 'degraded', value: 1, reason: 'c not reachable' });
    expect(overallStatus(checks)).toBe('degraded');
  });
});

describe('the health of the rest', () => {
  const pool = (active: number): PoolStats => ({
    active,
    available: 0,
    pending: 0,
    created: 0,
    closed: 0,
    errors: 0,
    waitedMs: 0,
    max: 100,
  });

  it.each([
    ['a pool in use by 90 %', judgePool(pool(90)), 'healthy'],
    ['a pool in use by 91 %', judgePool(pool(91)), 'degraded'],
    ['a disk with 15 % free', judgeDisk({ used: 85, total: 100 }), 'healthy'],
    ['a disk with 14 % free', judgeDisk({ used: 86, total: 100 }), 'degraded'],
    ['a disk with 4 % free', judgeDisk({ used: 96, total: 100 }), 'unhealthy'],
    ['an oplog of 36 hours', judgeOplog(36 * 3_600), 'healthy'],
    ['an oplog of a day', judgeOplog(24 * 3_600), 'degraded'],
  ])('%s', (_, check, expected) => {
    expect(check.status).toBe(expected);
  });
});

describe('overallStatus', () => {
  it('is the worst, and ignores what nobody knows', () => {
    expect(
      overallStatus([
        { name: 'ping', status: 'healthy' },
        { name: 'disk', status: 'unknown' },
      ]),
    ).toBe('healthy');
    expect(
      overallStatus([
        { name: 'ping', status: 'unhealthy' },
        { name: 'pool', status: 'degraded' },
      ]),
    ).toBe('unhealthy');
  });
});
