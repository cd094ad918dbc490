import { type MongoClient, ServerType, type TopologyDescription } from 'mongodb';
import { TypedEmitter } from '@caas/runtime';

/** What happens to the connection, from its beginning to its end. */
export interface MongoEvents {
  connecting: { appName: string };
  connected: { latencyMs: number };
  /** No server accepts writes any more. */
  disconnected: { reason: string };
  /** A look for a server, while there is none. `attempt` counts from 1. */
  reconnecting: { attempt: number; reason: string };
  reconnected: { downMs: number };
  /** The first connection did not come about. */
  failed: { reason: string };
  primary_changed: { from: string; to: string };
  /** Someone waited for a free connection in vain. */
  pool_exhausted: { address: string; waitedMs: number };
  closing: Record<string, never>;
  closed: Record<string, never>;
}

const WRITABLE = new Set<string>([ServerType.RSPrimary, ServerType.Standalone, ServerType.Mongos, ServerType.LoadBalancer]);

/** Counts of the connections of all servers, kept by the driver's pool events. */
export interface PoolCounts {
  active: number;
  available: number;
}

export interface ClientObserver {
  readonly events: TypedEmitter<MongoEvents>;
  readonly pool: Readonly<PoolCounts>;
}

export interface ObserverHooks {
  onPoolChange(pool: Readonly<PoolCounts>): void;
  onPoolWait(waitedMs: number): void;
}

/** Turns the driver's discovery and pool events into ours. Attach before connecting. Messages carry no credentials: addresses only. */
export function observeClient(client: MongoClient, hooks: ObserverHooks): ClientObserver {
  const events = new TypedEmitter<MongoEvents>();
  watchTopology(client, events);
  const pool = watchPool(client, events, hooks);
  return { events, pool };
}

function watchTopology(client: MongoClient, events: TypedEmitter<MongoEvents>): void {
  let primary: string | undefined;
  let downSince: number | undefined;
  let attempt = 0;
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    const now = writableAddress(newDescription);
    if (now === undefined) {
      if (primary !== undefined && downSince === undefined) {
        downSince = performance.now();
        attempt = 0;
        events.emit('disconnected', { reason: errorOf(newDescription) });
      }
      return;
    }
    if (downSince !== undefined) events.emit('reconnected', { downMs: Math.round(performance.now() - downSince) });
    downSince = undefined;
    if (primary !== undefined && primary !== now) events.emit('primary_changed', { from: primary, to: now });
    primary = now;
  });
  client.on('serverHeartbeatFailed', ({ failure }) => {
    if (downSince !== undefined) events.emit('reconnecting', { attempt: ++attempt, reason: failure.name });
  });
}

function watchPool(client: MongoClient, events: TypedEmitter<MongoEvents>, hooks: ObserverHooks): PoolCounts {
  const pool: PoolCounts = { active: 0, available: 0 };
  const change = (active: number, available: number): void => {
    pool.active = Math.max(0, pool.active + active);
    pool.available = Math.max(0, pool.available + available);
    hooks.onPoolChange(pool);
  };
  client.on('connectionReady', () => change(0, 1));
  client.on('connectionClosed', () => change(0, -1));
  client.on('connectionCheckedIn', () => change(-1, 1));
  client.on('connectionCheckedOut', ({ durationMS }) => {
    change(1, -1);
    hooks.onPoolWait(durationMS);
  });
  client.on('connectionCheckOutFailed', ({ address, reason, durationMS }) => {
    if (reason === 'timeout') events.emit('pool_exhausted', { address, waitedMs: Math.round(durationMS) });
  });
  return pool;
}

/** The server that takes writes, or any of several routers. */
function writableAddress(topology: TopologyDescription): string | undefined {
  for (const [address, { type }] of topology.servers) if (WRITABLE.has(type)) return address;
  return undefined;
}

function errorOf(topology: TopologyDescription): string {
  for (const { error } of topology.servers.values()) if (error) return error.name;
  return 'no primary';
}
