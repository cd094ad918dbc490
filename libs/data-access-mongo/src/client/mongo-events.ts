import { type MongoClient, type ServerDescription, ServerType, type TopologyDescription } from 'mongodb';
import { type TypedEmitter } from '@caas/runtime';
import { HEARTBEAT_MS } from './client-options.js';

/** What happens to the connection, from its beginning to its end. */
export interface MongoEvents {
  /** `attempt` counts from 1. */
  connecting: { appName: string; attempt: number };
  connected: { latencyMs: number };
  /** No server accepts writes any more. */
  disconnected: { reason: string };
  /** A look for a server that found none. `attempt` counts from 1; the next look comes after `delayMs` at the latest. */
  reconnecting: { attempt: number; delayMs: number; reason: string };
  reconnected: { downMs: number };
  /** The first connection did not come about, and nothing more is tried. */
  failed: { reason: string };
  primary_changed: { from: string; to: string };
  /** Someone waited for a free connection in vain. */
  pool_exhausted: { address: string; waitedMs: number };
  /** So many calls failed in a row that the server is left alone. */
  circuit_opened: { retryAfterMs: number };
  /** Single calls are let through again. */
  circuit_half_open: Record<string, never>;
  circuit_closed: Record<string, never>;
  closing: Record<string, never>;
  closed: Record<string, never>;
}

/** Those that tell of trouble; logged as warnings, the others as information. */
export const TROUBLE: ReadonlySet<keyof MongoEvents> = new Set<keyof MongoEvents>([
  'disconnected',
  'reconnecting',
  'failed',
  'pool_exhausted',
  'circuit_opened',
]);

/** All events, for whoever listens to each. */
export const MONGO_EVENTS = [
  'connecting',
  'connected',
  'disconnected',
  'reconnecting',
  'reconnected',
  'failed',
  'primary_changed',
  'pool_exhausted',
  'circuit_opened',
  'circuit_half_open',
  'circuit_closed',
  'closing',
  'closed',
] as const satisfies readonly (keyof MongoEvents)[];

const WRITABLE = new Set<string>([ServerType.RSPrimary, ServerType.Standalone, ServerType.Mongos, ServerType.LoadBalancer]);

/** Whether a server takes writes. */
export const isWritable = ({ type }: Pick<ServerDescription, 'type'>): boolean => WRITABLE.has(type);

/** What a client knows of its servers, as the driver's discovery last saw them. */
export interface TopologyView {
  /** Address of the server that takes writes, or of any of several routers. */
  readonly primary: string | undefined;
}

/** Turns the driver's discovery into our events. Attach before connecting. Messages carry no credentials: addresses and error names only. */
export function watchTopology(client: MongoClient, events: TypedEmitter<MongoEvents>): TopologyView {
  const view = { primary: undefined as string | undefined };
  let last: string | undefined;
  let downSince: number | undefined;
  let attempt = 0;
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    view.primary = writableAddress(newDescription);
    const now = view.primary;
    if (now === undefined) {
      if (last !== undefined && downSince === undefined) {
        downSince = performance.now();
        attempt = 0;
        events.emit('disconnected', { reason: errorOf(newDescription) });
      }
      return;
    }
    if (downSince !== undefined) events.emit('reconnected', { downMs: Math.round(performance.now() - downSince) });
    downSince = undefined;
    if (last !== undefined && last !== now) events.emit('primary_changed', { from: last, to: now });
    last = now;
  });
  client.on('serverHeartbeatFailed', ({ failure }) => {
    if (downSince !== undefined) events.emit('reconnecting', { attempt: ++attempt, delayMs: HEARTBEAT_MS, reason: failure.name });
  });
  return view;
}

function writableAddress(topology: TopologyDescription): string | undefined {
  for (const [address, server] of topology.servers) if (isWritable(server)) return address;
  return undefined;
}

function errorOf(topology: TopologyDescription): string {
  for (const { error } of topology.servers.values()) if (error) return error.name;
  return 'no primary';
}
