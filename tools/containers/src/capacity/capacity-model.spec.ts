import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { WORKSPACE_ROOT } from '../images/image-build.js';
import { capacityOf, type Load } from './capacity-model.js';
import { UNIT_COSTS, type UnitCost } from './unit-costs.js';

const small: Load = {
  sharedTenants: 100,
  dedicatedTenants: 0,
  users: 10_000,
  messagesPerSecond: 50,
  readsPerMessage: 1,
  storedDays: 365,
  utilization: 0.6,
};
const page = (name: string): string => readFileSync(join(WORKSPACE_ROOT, name), 'utf8');

describe('the capacity model', () => {
  it('never goes below what survives the loss of a node', () => {
    expect(capacityOf({ ...small, messagesPerSecond: 0, users: 0 })).toMatchObject({
      gateways: 2,
      workers: 2,
      brokers: 3,
      shards: 1,
      mongodbNodes: 3,
      warnings: [],
    });
  });

  it('adds gateways and workers by the CPU that the messages need', () => {
    // 10 000/s: (84 + 2 032) µs = 21.2 cores, 157 µs = 1.6 cores; at 60 % 36 and 3.
    expect(capacityOf({ ...small, messagesPerSecond: 10_000 })).toMatchObject({ gateways: 37, workers: 3 });
  });

  it('adds brokers by the topics of tenants that have their own', () => {
    // 92 + 1 000 × 44 partitions, three copies, 4 000 a broker at 60 %.
    expect(capacityOf({ ...small, dedicatedTenants: 1_000 })).toMatchObject({ partitions: 44_092, brokers: 56 });
  });

  it('adds shards, with servers for their configuration, when a primary is not enough', () => {
    expect(capacityOf({ ...small, messagesPerSecond: 20_000, storedDays: 1 })).toMatchObject({
      shards: 5,
      mongodbNodes: 18,
      warnings: [expect.stringMatching(/tenant_id/)],
    });
  });

  it('says when workers would be idle', () => {
    expect(capacityOf({ ...small, messagesPerSecond: 100_000, storedDays: 1 }).warnings[0]).toMatch(/16 partitions/);
  });

  it('never answers fewer nodes for more load', () => {
    for (const [name, more] of Object.entries({
      users: 1e8,
      messagesPerSecond: 5_000,
      dedicatedTenants: 500,
      readsPerMessage: 20,
      storedDays: 3_650,
    })) {
      const [before, after] = [capacityOf(small), capacityOf({ ...small, [name]: more })];
      for (const part of ['gateways', 'workers', 'brokers', 'shards', 'redisBytes', 'mongodbBytes'] as const) {
        expect(after[part]).toBeGreaterThanOrEqual(before[part]);
      }
    }
  });

  it.each([
    ['messagesPerSecond', -1],
    ['users', Number.NaN],
    ['utilization', 0],
  ])('refuses %s = %s', (name, value) => {
    expect(() => capacityOf({ ...small, [name]: value })).toThrow(name);
  });
});

describe('the unit costs', () => {
  const quoted = Object.entries<UnitCost>(UNIT_COSTS).filter(([, { quote }]) => quote !== undefined);

  it.each(quoted)('%s stands where it says', (_, { source, quote = '' }) => {
    expect(page(source)).toContain(quote);
  });

  it('count the partitions of the topics as they are defined', () => {
    const rows = [...page('docs/reference/topics.md').matchAll(/^\| \[`([a-z.0-9-]+)`\]\(#\S+\) \| (\d+) \|/gm)].map(
      ([, family = '', count]) => ({ family, count: Number(count) }),
    );
    const sum = (found: typeof rows) => found.reduce((total, { count }) => total + count, 0);

    expect(sum(rows.filter(({ family }) => !/^(?:platform|internal)\./.test(family)))).toBe(UNIT_COSTS.tenantPartitions.value);
    expect(sum(rows)).toBe(UNIT_COSTS.platformPartitions.value);
  });
});
