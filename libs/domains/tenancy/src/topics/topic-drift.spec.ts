import { describe, expect, it } from '@jest/globals';
import { type TopicChange, type TopicReport } from '@caas/messaging-kafka';
import { createLogger, Metrics, type Plan, UnavailableError } from '@caas/runtime';
import { newTenantId } from '@caas/schema';
import { TopicDrift } from './topic-drift.js';

const fewer: TopicChange = { kind: 'fewer_partitions', topic: 'presence.shared', defined: 4, actual: 3 };
const missing: TopicChange = { kind: 'create', topic: 'webhooks.shared', partitions: 4, replicationFactor: 3, config: {} };
const tenant = (plan: Plan) => ({ tenantId: newTenantId(), plan });

/** A job over a cluster that is mended as `mend` says and differs by `different`. */
function aJob({ mend, different = [] }: { mend: () => Promise<TopicReport>; different?: TopicChange[] }) {
  const asked: unknown[] = [];
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const tenants = [tenant('free'), tenant('pro'), { ...tenant('pro'), topics: { place: 'shared' as const, epoch: 2 } }];
  const job = new TopicDrift({
    definitions: [],
    topics: {
      apply: (_, options) => {
        asked.push(options);
        return mend();
      },
      diff: () => Promise.resolve(different),
    },
    tenants: async function* () {
      yield* tenants;
    },
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics,
  });
  const gauges = async (): Promise<string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('caas_topic_drift') && !line.endsWith(' 0'));
  return { job, asked, tenants, gauges };
}

describe('the check of topics', () => {
  it('mends what it can, the own topics of tenants included, and counts what needs a person', async () => {
    const { job, asked, tenants, gauges } = aJob({ mend: async () => ({ applied: [missing], reported: [fewer], unchanged: [] }) });

    expect(await job.check()).toEqual([fewer]);

    expect(asked).toEqual([{ tenants: [tenants[1]] }]);
    expect(await gauges()).toEqual(['caas_topic_drift{kind="fewer_partitions",service="spec"} 1']);
  });

  it('only reports where the process may not mend', async () => {
    const { job, gauges } = aJob({
      mend: () => Promise.reject(new UnavailableError('not allowed')),
      different: [fewer, missing],
    });

    expect(await job.check()).toEqual([fewer, missing]);

    expect(await gauges()).toHaveLength(2);
  });

  it('runs when the process starts, and is over when it stops', async () => {
    let checks = 0;
    const { job } = aJob({
      mend: async () => {
        checks += 1;
        return { applied: [], reported: [], unchanged: [] };
      },
    });

    job.start();
    await job.stop();

    expect(checks).toBe(1);
  });
});
