import { type ConnectionClosedEvent, type ConnectionReadyEvent, type MongoClient } from 'mongodb';

/** The connections of one client, to all its servers together. */
export interface PoolStats {
  /** Doing work. */
  readonly active: number;
  /** Open and waiting for work. */
  readonly available: number;
  /** Callers that wait for a connection. */
  readonly pending: number;
  /** Since the client was made. */
  readonly created: number;
  readonly closed: number;
  /** Waits that ended without a connection. */
  readonly errors: number;
  /** Sum of all waits for a connection, in milliseconds. */
  readonly waitedMs: number;
  /** Connections that the client may have to one server. */
  readonly max: number;
}

/** Something that happened to a connection. */
export interface ConnectionEvent {
  readonly kind: 'ready' | 'closed' | 'checked_out' | 'checked_in' | 'failed';
  readonly address: string;
  /** Wait for the connection: `checked_out` and `failed` only. */
  readonly waitedMs?: number;
  /** Why nobody got one, as the driver calls it: `failed` only. `timeout` means that the pool was exhausted. */
  readonly reason?: string;
}

/** Counts what the driver's pool events tell; nothing is polled. `onEvent` runs after the counts have changed. */
export function watchPool(client: MongoClient, onEvent: (event: ConnectionEvent, stats: PoolStats) => void): PoolStats {
  const stats = { active: 0, available: 0, pending: 0, created: 0, closed: 0, errors: 0, waitedMs: 0, max: client.options.maxPoolSize };
  const ready = new Set<string>();
  client.on('connectionReady', (event) => {
    ready.add(connectionOf(event));
    stats.created += 1;
    stats.available += 1;
    onEvent({ kind: 'ready', address: event.address }, stats);
  });
  client.on('connectionClosed', (event) => {
    // One that closes before it was ready never counted.
    if (!ready.delete(connectionOf(event))) return;
    stats.closed += 1;
    stats.available -= 1;
    onEvent({ kind: 'closed', address: event.address }, stats);
  });
  client.on('connectionCheckOutStarted', () => {
    stats.pending += 1;
  });
  client.on('connectionCheckedOut', ({ address, durationMS }) => {
    stats.pending -= 1;
    stats.available -= 1;
    stats.active += 1;
    stats.waitedMs += durationMS;
    onEvent({ kind: 'checked_out', address, waitedMs: durationMS }, stats);
  });
  client.on('connectionCheckedIn', ({ address }) => {
    stats.active -= 1;
    stats.available += 1;
    onEvent({ kind: 'checked_in', address }, stats);
  });
  client.on('connectionCheckOutFailed', ({ address, reason, durationMS }) => {
    stats.pending -= 1;
    stats.errors += 1;
    stats.waitedMs += durationMS;
    onEvent({ kind: 'failed', address, waitedMs: durationMS, reason }, stats);
  });
  return stats;
}

function connectionOf({ address, connectionId }: ConnectionReadyEvent | ConnectionClosedEvent): string {
  return `${address} ${String(connectionId)}`;
}
