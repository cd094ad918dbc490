import { announcing, type Outbox } from '@caas/composition';
import { type Mongo, op } from '@caas/data-access-mongo';
import { type Clock, type Logger, type Metrics, type QuotaResource } from '@caas/runtime';
import { deriveId } from '@caas/schema';
import { aboutTenant } from '../platform-events/about-tenant.js';
import { quotaThresholdReached } from '../platform-events/alert.events.js';
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

export interface QuotaAlertsParts {
  readonly mongo: Mongo;
  readonly outbox: Pick<Outbox, 'add'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Levels that this process has seen to; a repeat costs nothing. */
const SETTLED_MAX = 10_000;

/**
 * Fires each alert once: whoever makes its row fires it. A gauge that fell back arms it again. Rows are made to fit the level of the counter, so that it does
 * not matter who sees a crossing, how often, and whether somebody died over it. A row without `notified_at` waits for its event, which has an id that follows
 * from the row: whoever sees the level next tells of it, and the same thing twice is one event.
 */
export class QuotaAlerts {
  readonly #mongo: Mongo;
  readonly #outbox: Pick<Outbox, 'add'>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #count: (alert: QuotaAlert) => void;
  readonly #settled = new Map<string, number>();

  constructor({ mongo, outbox, clock, logger, metrics }: QuotaAlertsParts) {
    this.#mongo = mongo;
    this.#outbox = outbox;
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
    // Whoever fired it may have died over it.
    if (document.rearmed_at === null) return document.notified_at === null ? this.#tell(document) : undefined;
    const fired = await repository.findOneAndUpdate({ alert_id: document.alert_id, rearmed_at: document.rearmed_at }, { set: news });
    if (fired !== undefined) await this.#announce(fired);
  }

  async #rearm({ tenantId, periodStart, resource, level }: QuotaLevel): Promise<void> {
    await this.#mongo
      .platform(quotaAlerts)
      .updateMany(
        { tenant_id: tenantId, period_start: periodStart, resource, threshold: op.gt(level as QuotaThreshold), rearmed_at: null },
        { set: { rearmed_at: new Date(this.#clock.now()) } },
      );
  }

  #announce(alert: QuotaAlert): Promise<void> {
    const { tenant_id, resource, threshold, used, limit } = alert;
    this.#count(alert);
    this.#logger.warn({ tenant_id, resource, threshold, used, limit }, 'a quota threshold was reached');
    return this.#tell(alert);
  }

  async #tell(alert: QuotaAlert): Promise<void> {
    const { alert_id, tenant_id, resource, threshold, used, limit, period_start, fired_at } = alert;
    const at = fired_at.getTime();
    const period = period_start.toISOString().slice(0, 'yyyy-mm-dd'.length);
    await this.#outbox.add(
      announcing({
        event: quotaThresholdReached,
        tenant: aboutTenant(tenant_id),
        id: deriveId('evt', quotaThresholdReached.type, alert_id, String(at)),
        timestamp: at,
        payload: { tenant_id, resource, threshold_percent: threshold, used, limit, period, at },
      }),
    );
    const now = new Date(this.#clock.now());
    await this.#mongo.platform(quotaAlerts).updateManyById([{ id: alert_id, where: { fired_at }, set: { notified_at: now } }]);
  }
}
