import { type Mongo, op } from '@caas/data-access-mongo';
import { type Clock, type Logger, type Metrics, type QuotaResource } from '@caas/runtime';
import { type TimedSubject } from './quota-subjects.js';
import { QUOTA_THRESHOLDS, type QuotaAlert, quotaAlerts, type QuotaThreshold } from './quota-alerts.collection.js';

/** How far a resource is in its limit. */
export interface QuotaLevel {
  readonly tenantId: string;
  readonly periodStart: Date;
  readonly resource: QuotaResource;
  readonly used: number;
  readonly limit: number;
  /** The highest threshold that is passed: 0, 80, 90 or 100. */
  readonly level: number;
  readonly isGauge: boolean;
}

/** The level of a counter. */
export function levelOf({ subject, period, limit }: TimedSubject, { used, level }: { used: number; level: number }): QuotaLevel {
  const { tenantId, isGauge } = subject;
  return { tenantId, periodStart: period.start, resource: subject.resource as QuotaResource, used, limit, level, isGauge };
}

/** Levels that this process has seen to; a repeat costs nothing. */
const SETTLED_MAX = 10_000;

/**
 * Fires each alert once: whoever makes its row fires it. A gauge that fell back arms it again. Rows are made to fit the level of the counter, so that it does
 * not matter who sees a crossing, how often, and whether somebody died over it. A row without `notified_at` waits for its event.
 */
export class QuotaAlerts {
  readonly #mongo: Mongo;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #count: (alert: QuotaAlert) => void;
  readonly #settled = new Map<string, number>();

  constructor({ mongo, clock, logger, metrics }: { mongo: Mongo; clock: Clock; logger: Logger; metrics: Metrics }) {
    this.#mongo = mongo;
    this.#clock = clock;
    this.#logger = logger;
    const counter = metrics.counter({
      name: 'caas_quota_alerts_total',
      help: 'Quota alerts that fired',
      labels: ['resource', 'threshold'],
    });
    this.#count = ({ resource, threshold }) => counter.inc({ resource, threshold });
  }

  /** Makes the rows of one resource fit its level. Rejects when the store fails; then nothing is lost, and the next call makes up for it. */
  async settle(level: QuotaLevel): Promise<void> {
    if (level.limit <= 0) return;
    const name = [level.tenantId, level.periodStart.getTime(), level.resource].join();
    if (this.#settled.get(name) === level.level) return;
    for (const threshold of QUOTA_THRESHOLDS) if (threshold <= level.level) await this.#fire(level, threshold);
    if (level.isGauge) await this.#rearm(level);
    if (this.#settled.size >= SETTLED_MAX) this.#settled.clear();
    this.#settled.set(name, level.level);
  }

  async #fire({ tenantId, periodStart, resource, used, limit }: QuotaLevel, threshold: QuotaThreshold): Promise<void> {
    const repository = this.#mongo.platform(quotaAlerts);
    const key = { tenant_id: tenantId, period_start: periodStart, resource, threshold };
    const news = { used, limit, fired_at: new Date(this.#clock.now()), notified_at: null, rearmed_at: null };
    const { document, created } = await repository.findOrCreate(key, { ...key, ...news });
    if (created) return this.#announce(document);
    if (document.rearmed_at === null) return;
    const fired = await repository.findOneAndUpdate({ alert_id: document.alert_id, rearmed_at: document.rearmed_at }, { set: news });
    if (fired !== undefined) this.#announce(fired);
  }

  async #rearm({ tenantId, periodStart, resource, level }: QuotaLevel): Promise<void> {
    await this.#mongo
      .platform(quotaAlerts)
      .updateMany(
        { tenant_id: tenantId, period_start: periodStart, resource, threshold: op.gt(level as QuotaThreshold), rearmed_at: null },
        { set: { rearmed_at: new Date(this.#clock.now()) } },
      );
  }

  #announce(alert: QuotaAlert): void {
    const { tenant_id, resource, threshold, used, limit } = alert;
    this.#count(alert);
    this.#logger.warn({ tenant_id, resource, threshold, used, limit }, 'a quota threshold was reached');
  }
}
