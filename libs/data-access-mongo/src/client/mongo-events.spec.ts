import { describe, expect, it } from '@jest/globals';
import { MongoClient, type ServerDescription, ServerType, type TopologyDescription } from 'mongodb';
import { TypedEmitter } from '@caas/runtime';
import { MONGO_EVENTS, type MongoEvents, watchTopology } from './mongo-events.js';

/** A client that never connects; what discovery would see is told to it. Servers with several members are not at hand everywhere. */
function aClient() {
  const client = new MongoClient('mongodb://127.0.0.1:1/');
  const events = new TypedEmitter<MongoEvents>();
  const seen: [string, unknown][] = [];
  for (const name of MONGO_EVENTS) events.on(name, (event) => seen.push([name, event]));
  const view = watchTopology(client, events);
  const discover = (servers: Record<string, ServerType>, error: Error | null = null): void => {
    const described = Object.entries(servers).map(([address, type]) => [address, { type, error } as ServerDescription] as const);
    const newDescription = { servers: new Map(described) } as TopologyDescription;
    client.emit('topologyDescriptionChanged', { newDescription } as never);
  };
  const heartbeatFails = (): void => void client.emit('serverHeartbeatFailed', { failure: new RangeError('secret host') } as never);
  return { seen, view, discover, heartbeatFails };
}

const { RSPrimary, RSSecondary, Standalone, Mongos, Unknown } = ServerType;

describe('watchTopology', () => {
  it('tells of a failover: no primary, looks that fail, another primary', () => {
    const { seen, view, discover, heartbeatFails } = aClient();

    discover({ a: RSPrimary, b: RSSecondary });
    expect(view.primary).toBe('a');
    discover({ a: Unknown, b: RSSecondary });
    expect(view.primary).toBeUndefined();
    heartbeatFails();
    heartbeatFails();
    discover({ a: Unknown, b: RSPrimary });

    expect(view.primary).toBe('b');
    expect(seen).toEqual([
      ['disconnected', { reason: 'no primary' }],
      ['reconnecting', { attempt: 1, delayMs: 10_000, reason: 'RangeError' }],
      ['reconnecting', { attempt: 2, delayMs: 10_000, reason: 'RangeError' }],
      ['reconnected', { downMs: expect.any(Number) }],
      ['primary_changed', { from: 'a', to: 'b' }],
    ]);
  });

  it('says nothing while the same primary stays, whatever the secondaries do', () => {
    const { seen, discover, heartbeatFails } = aClient();

    discover({ a: RSPrimary, b: RSSecondary });
    heartbeatFails();
    discover({ a: RSPrimary, b: Unknown });

    expect(seen).toEqual([]);
  });

  it('says nothing before the first server was found', () => {
    const { seen, view, discover, heartbeatFails } = aClient();

    discover({ a: Unknown });
    heartbeatFails();

    expect(seen).toEqual([]);
    expect(view.primary).toBeUndefined();
  });

  it.each([Standalone, Mongos])('takes a %s for one that writes', (type) => {
    const { view, discover } = aClient();

    discover({ a: type });

    expect(view.primary).toBe('a');
  });

  it('names the error, not its text: texts carry addresses', () => {
    const { seen, discover } = aClient();

    discover({ a: Standalone });
    discover({ a: Unknown }, new TypeError('db.internal:27017 closed'));

    expect(seen).toEqual([['disconnected', { reason: 'TypeError' }]]);
  });
});
