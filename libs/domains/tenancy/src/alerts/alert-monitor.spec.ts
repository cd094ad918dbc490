import { describe, expect, it } from '@jest/globals';
import { type Signal, type SignalReading } from '@caas/composition';
import { createLogger, Metrics, UnavailableError } from '@caas/runtime';
import { type alertRaised } from '../platform-events/alert.events.js';
import { AlertMonitor } from './alert-monitor.js';

interface Told {
  readonly event: typeof alertRaised;
  readonly payload: object;
}

/** A world with one signal, and monitors that look at it. */
class World {
  readonly told: unknown[] = [];
  readonly notes = new Map<string, string>();
  readonly metrics = new Metrics({ service: 'spec', defaults: false });
  now = 0;
  readings: readonly SignalReading[] | Error = [];
  isKafkaAway = false;

  readonly signal: Signal = {
    rule: { name: 'lag', warning: 1_000, critical: 10_000, forMs: 60_000, runbook: 'docs/lag' },
    read: () => (this.readings instanceof Error ? Promise.reject(this.readings) : Promise.resolve(this.readings)),
  };

  aMonitor(metrics = this.metrics): AlertMonitor {
    return new AlertMonitor({
      signals: [this.signal],
      producer: {
        send: ((told: Told) => {
          if (this.isKafkaAway) return Promise.reject(new UnavailableError('away'));
          this.told.push([told.event.type, told.event.payload.parse(told.payload)]);
          return Promise.resolve({});
        }) as never,
      },
      lease: { take: () => Promise.resolve(true), release: () => Promise.resolve() },
      board: {
        read: () => Promise.resolve(new Map(this.notes)),
        write: (name, text) => Promise.resolve(void this.notes.set(name, text)),
        remove: (name) => Promise.resolve(void this.notes.delete(name)),
      },
      clock: { now: () => this.now },
      logger: createLogger({ service: 'spec', level: 'silent' }),
      metrics,
    });
  }

  of(value: number, group = 'g'): void {
    this.readings = [{ labels: { group }, value }];
  }

  async lines(): Promise<string[]> {
    return (await this.metrics.render()).body.split('\n').filter((line) => line.startsWith('caas_alerts_open{'));
  }
}

const ALERT = { alert_id: 'lag{group=g}', name: 'lag', labels: { group: 'g' }, runbook: 'docs/lag' };

describe('the monitor of alerts', () => {
  it('tells once when a signal has been out of its range for long enough, and once when it is back', async () => {
    const world = new World();
    const monitor = world.aMonitor();

    for (const [now, value] of [
      [0, 1_001],
      [30_000, 1_002],
      [60_000, 1_003],
      [90_000, 1_004],
      [120_000, 1_000],
      [150_000, 0],
    ] as const) {
      world.now = now;
      world.of(value);
      await monitor.run();
    }

    expect(world.told).toEqual([
      ['alert.raised', { ...ALERT, severity: 'warning', threshold: 1_000, value: 1_003, at: 60_000 }],
      ['alert.resolved', { ...ALERT, severity: 'warning', threshold: 1_000, value: 1_000, at: 120_000 }],
    ]);
  });

  it('begins to wait anew when the signal was back in between', async () => {
    const world = new World();
    const monitor = world.aMonitor();

    for (const [now, value] of [
      [0, 2_000],
      [30_000, 0],
      [60_000, 2_000],
      [90_000, 2_000],
    ] as const) {
      world.now = now;
      world.of(value);
      await monitor.run();
    }

    expect(world.told).toEqual([]);
  });

  it('tells when it gets worse, and counts what is open', async () => {
    const world = new World();
    const monitor = world.aMonitor();

    for (const [now, value] of [
      [0, 2_000],
      [60_000, 2_000],
      [90_000, 20_000],
    ] as const) {
      world.now = now;
      world.of(value);
      await monitor.run();
    }

    expect(world.told).toMatchObject([
      ['alert.raised', { severity: 'warning' }],
      ['alert.raised', { severity: 'critical', threshold: 10_000, value: 20_000 }],
    ]);
    expect(await world.lines()).toEqual(['caas_alerts_open{alert="lag",severity="critical",service="spec"} 1']);
  });

  it('keeps alerts apart by their labels, and resolves one whose subject is gone', async () => {
    const world = new World();
    const monitor = world.aMonitor();
    world.readings = ['a', 'b'].map((group) => ({ labels: { group }, value: 5_000 }));
    await monitor.run();
    world.now = 60_000;
    await monitor.run();

    world.of(5_000, 'b');
    await monitor.run();

    expect(world.told).toMatchObject([
      ['alert.raised', { alert_id: 'lag{group=a}' }],
      ['alert.raised', { alert_id: 'lag{group=b}' }],
      ['alert.resolved', { alert_id: 'lag{group=a}' }],
    ]);
  });

  it('raises and resolves nothing while a signal cannot be read', async () => {
    const world = new World();
    const monitor = world.aMonitor();
    world.of(5_000);
    await monitor.run();
    world.now = 60_000;
    await monitor.run();

    world.readings = new UnavailableError('away');
    await monitor.run();

    expect(world.told).toHaveLength(1);
  });

  it('tells later what Kafka did not take, and what another process left open', async () => {
    const world = new World();
    const first = world.aMonitor();
    world.of(5_000);
    await first.run();
    world.now = 60_000;
    world.isKafkaAway = true;
    await first.run();
    expect(world.told).toEqual([]);

    world.isKafkaAway = false;
    await first.run();
    world.of(0);
    await world.aMonitor(new Metrics({ service: 'spec', defaults: false })).run();

    expect(world.told).toMatchObject([
      ['alert.raised', {}],
      ['alert.resolved', { alert_id: 'lag{group=g}' }],
    ]);
  });
});
