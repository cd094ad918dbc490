import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Metrics } from '@caas/runtime';
import { createOperationMetrics } from '../client/metrics.js';

const rules = readFileSync(new URL('../../alerts/mongodb.rules.yml', import.meta.url), 'utf8');

describe('the alert rules', () => {
  it('name metrics that exist', async () => {
    const metrics = new Metrics({ service: 'spec', defaults: false });
    createOperationMetrics(metrics);
    const { body } = await metrics.render();

    const named = new Set(rules.match(/mongodb_[a-z_]+/g));

    expect(named.size).toBeGreaterThan(5);
    for (const name of named) expect(body).toContain(`# TYPE ${name} `);
  });

  it.each(['MongoNoPrimary', 'MongoReplicationLag', 'MongoMemberDown', 'MongoOplogWindow', 'MongoPoolExhausted'])('include %s', (alert) => {
    expect(rules).toContain(`alert: ${alert}\n`);
  });
});
