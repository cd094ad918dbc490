import { type Metrics } from '@caas/runtime';

/** Metrics of the relay. The one label is the family of the topic. */
export interface RelayMetrics {
  countPublished(family: string): void;
  countFailed(family: string): void;
  setActive(active: boolean): void;
  setBacklog(backlog: { readonly waiting: number; readonly oldestSeconds: number }): void;
}

/** Registers the metrics; once per process. */
export function createRelayMetrics(metrics: Metrics): RelayMetrics {
  const labels = ['topic'] as const;
  const published = metrics.counter({ name: 'caas_outbox_published_total', help: 'Events of the outbox that Kafka acknowledged', labels });
  const failed = metrics.counter({
    name: 'caas_outbox_failures_total',
    help: 'Publications that failed for a reason in the event itself',
    labels,
  });
  const active = metrics.gauge({ name: 'caas_outbox_relay_active', help: '1 in the process that publishes the outbox' });
  const waiting = metrics.gauge({
    name: 'caas_outbox_waiting_events',
    help: 'Events that wait for their publication, counted up to 10 000',
  });
  const oldest = metrics.gauge({ name: 'caas_outbox_oldest_seconds', help: 'Age of the event that has waited longest; 0 without any' });
  return {
    countPublished: (topic) => published.inc({ topic }),
    countFailed: (topic) => failed.inc({ topic }),
    setActive: (isActive) => active.set(isActive ? 1 : 0),
    setBacklog: (backlog) => {
      waiting.set(backlog.waiting);
      oldest.set(backlog.oldestSeconds);
    },
  };
}
