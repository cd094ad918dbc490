import { type PoolStats } from '../client/pool-stats.js';
import { type ReplicationStatus } from './replication.js';

export type MongoHealthStatus = 'healthy' | 'degraded' | 'unhealthy';

/** One thing that was looked at. `unknown`: the server does not tell; the reason says why. */
export interface MongoHealthCheck {
  readonly name: 'ping' | 'primary' | 'replication' | 'members' | 'oplog' | 'pool' | 'circuit' | 'disk';
  readonly status: MongoHealthStatus | 'unknown';
  /** Seconds of lag or of oplog, share of connections in use, share of disk that is free, members down. */
  readonly value?: number;
  readonly reason?: string;
}

const LAG_SECONDS = { degraded: 10, unhealthy: 60 };
const POOL_SHARE_MAX = 0.9;
const DISK_FREE_SHARE = { degraded: 0.15, unhealthy: 0.05 };
/** Change streams resume from the oplog; it must reach back a day, and a day and a half leaves time to act. */
const OPLOG_SECONDS_MIN = 36 * 3_600;

/** The worst of the checks; what is unknown does not count. */
export function overallStatus(checks: readonly MongoHealthCheck[]): MongoHealthStatus {
  if (checks.some(({ status }) => status === 'unhealthy')) return 'unhealthy';
  return checks.some(({ status }) => status === 'degraded') ? 'degraded' : 'healthy';
}

export function judgeReplication({ primary, lagSeconds, down }: ReplicationStatus): MongoHealthCheck[] {
  const members: MongoHealthCheck =
    down.length === 0
      ? { name: 'members', status: 'healthy', value: 0 }
      : { name: 'members', status: 'degraded', value: down.length, reason: `${down.join(', ')} not reachable` };
  if (primary === undefined) {
    return [members, { name: 'replication', status: 'unhealthy', reason: 'the replica set has no primary' }];
  }
  if (lagSeconds === undefined) return [members, { name: 'replication', status: 'unknown', reason: 'there is no secondary to compare' }];
  return [members, { name: 'replication', value: lagSeconds, ...above(lagSeconds, LAG_SECONDS, 'a secondary is behind') }];
}

/** Connections in use of those that the client may have. */
export function judgePool({ active, pending, max }: PoolStats): MongoHealthCheck {
  const share = max === 0 ? 0 : active / max;
  if (share <= POOL_SHARE_MAX) return { name: 'pool', status: 'healthy', value: share };
  return { name: 'pool', status: 'degraded', value: share, reason: `${active} of ${max} connections in use, ${pending} callers wait` };
}

/** `used` and `total` in bytes, as the server reports its file system. */
export function judgeDisk({ used, total }: { used: number; total: number }): MongoHealthCheck {
  const free = total === 0 ? 1 : 1 - used / total;
  const status = free < DISK_FREE_SHARE.unhealthy ? 'unhealthy' : free < DISK_FREE_SHARE.degraded ? 'degraded' : 'healthy';
  return { name: 'disk', status, value: free, ...(status === 'healthy' ? {} : { reason: 'the disk fills up' }) };
}

export function judgeOplog(seconds: number): MongoHealthCheck {
  if (seconds >= OPLOG_SECONDS_MIN) return { name: 'oplog', status: 'healthy', value: seconds };
  return { name: 'oplog', status: 'degraded', value: seconds, reason: 'the oplog reaches back less than 36 hours' };
}

function above(
  value: number,
  limits: { degraded: number; unhealthy: number },
  reason: string,
): Pick<MongoHealthCheck, 'status'> & { reason?: string } {
  if (value > limits.unhealthy) return { status: 'unhealthy', reason };
  return value > limits.degraded ? { status: 'degraded', reason } : { status: 'healthy' };
}
