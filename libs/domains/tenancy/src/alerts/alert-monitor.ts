import { type AlertRule, type BackgroundJob, type Signal, type SignalReading } from '@caas/composition';
import { type RedisLease, type SharedBoard } from '@caas/data-access-redis';
import { type Producer } from '@caas/messaging-kafka';
import { type Clock, type Logger, type Metrics } from '@caas/runtime';
import { alertRaised, alertResolved } from '../platform-events/alert.events.js';
import { type platformNotifications } from '../platform-events/platform-notifications.topic.js';

type Severity = 'warning' | 'critical';

/** An alert that was raised and not resolved, as it is kept on the board. */
interface OpenAlert extends SignalReading {
  readonly name: string;
  readonly severity: Severity;
  readonly threshold: number;
  readonly runbook: string;
}

export interface AlertMonitorParts {
  readonly signals: readonly Signal[];
  /** Tells of alerts. */
  readonly producer: Pick<Producer<typeof platformNotifications>, 'send'>;
  /** Who looks now: one process at a time. */
  readonly lease: Pick<RedisLease, 'take' | 'release'>;
  /** What is open, for the process that looks next. */
  readonly board: Pick<SharedBoard, 'read' | 'write' | 'remove'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export const ALERTS_EVERY_MS = 30_000;
/** Longer than a look, so that the one who looks goes on looking. */
export const ALERT_LEASE_MS = 3 * ALERTS_EVERY_MS;
const ID_CHARACTERS_MAX = 100;

/**
 * Watches signals and tells of those that leave their range and come back (`alert.raised`, `alert.resolved`), once each: an alert that is open is not raised
 * again unless its severity changes. Its id follows from rule and labels. One worker at a time looks; what is open is kept where the next one finds it, and should that
 * be lost, what still is out of range is told again under the same id. A signal that cannot be read raises and resolves nothing.
 */
export class AlertMonitor implements BackgroundJob {
  readonly name = 'alert-monitor';
  readonly #parts: AlertMonitorParts;
  readonly #gauge: { set(labels: { alert: string; severity: string }, value: number): void; reset(): void };
  /** Since when alerts that were not told yet are out of their range. */
  readonly #since = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: AlertMonitorParts) {
    this.#parts = parts;
    this.#gauge = parts.metrics.gauge({
      name: 'caas_alerts_open',
      help: 'Alerts that are raised, at the worker that watches now',
      labels: ['alert', 'severity'],
    });
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, ALERTS_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#parts.lease.release();
  }

  /** One look at every signal. Rejects when an alert cannot be told; it is told at the next look then. */
  async run(): Promise<void> {
    const { signals, board, logger } = this.#parts;
    const open = new Map([...(await board.read())].map(([id, text]) => [id, JSON.parse(text) as OpenAlert]));
    for (const signal of signals) {
      try {
        await this.#settle(signal.rule, await signal.read(), open);
      } catch (error) {
        logger.warn({ err: error, alert: signal.rule.name }, 'a signal could not be read or told');
      }
    }
    this.#show([...open.values()]);
  }

  async #look(): Promise<void> {
    try {
      if (await this.#parts.lease.take()) return await this.run();
      this.#since.clear();
      this.#gauge.reset(); // somebody else tells them now
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'nobody could look after alerts');
    }
  }

  /** Brings what is open of one rule in line with what its signal says. */
  async #settle(rule: AlertRule, readings: readonly SignalReading[], open: Map<string, OpenAlert>): Promise<void> {
    const now = this.#parts.clock.now();
    const seen = new Set<string>();
    for (const reading of readings) {
      const id = idOf(rule, reading);
      const level = levelOf(rule, reading.value);
      if (level === undefined) continue; // resolved below, unless it never was open
      seen.add(id);
      const since = this.#since.get(id) ?? now;
      this.#since.set(id, since);
      if (open.get(id)?.severity === level.severity || now - since < rule.forMs) continue;
      await this.#raise(id, { ...reading, ...level, name: rule.name, runbook: rule.runbook }, open);
    }
    const values = new Map(readings.map((reading) => [idOf(rule, reading), reading.value]));
    for (const [id, alert] of open)
      if (alert.name === rule.name && !seen.has(id)) await this.#resolve(id, { ...alert, value: values.get(id) ?? 0 }, open);
    for (const id of this.#since.keys()) if (belongsTo(rule, id) && !seen.has(id)) this.#since.delete(id);
  }

  async #raise(id: string, alert: OpenAlert, open: Map<string, OpenAlert>): Promise<void> {
    const { producer, board, logger } = this.#parts;
    logger.warn({ alert_id: id, severity: alert.severity, value: alert.value }, 'alert raised');
    await producer.send({ event: alertRaised, payload: this.#payloadOf(id, alert) });
    await board.write(id, JSON.stringify(alert));
    open.set(id, alert);
  }

  async #resolve(id: string, alert: OpenAlert, open: Map<string, OpenAlert>): Promise<void> {
    const { producer, board, logger } = this.#parts;
    logger.info({ alert_id: id, value: alert.value }, 'alert resolved');
    await producer.send({ event: alertResolved, payload: this.#payloadOf(id, alert) });
    await board.remove(id);
    open.delete(id);
  }

  #payloadOf(id: string, alert: OpenAlert) {
    const { name, severity, value, threshold, labels, runbook } = alert;
    return { alert_id: id, name, severity, value, threshold, labels, runbook, at: this.#parts.clock.now() };
  }

  #show(alerts: readonly OpenAlert[]): void {
    this.#gauge.reset();
    const counts = new Map<string, { alert: string; severity: string; count: number }>();
    for (const { name, severity } of alerts) {
      const found = counts.get(`${name} ${severity}`) ?? { alert: name, severity, count: 0 };
      counts.set(`${name} ${severity}`, { ...found, count: found.count + 1 });
    }
    for (const { alert, severity, count } of counts.values()) this.#gauge.set({ alert, severity }, count);
  }
}

function levelOf({ warning, critical }: AlertRule, value: number): { severity: Severity; threshold: number } | undefined {
  if (critical !== undefined && value > critical) return { severity: 'critical', threshold: critical };
  return warning !== undefined && value > warning ? { severity: 'warning', threshold: warning } : undefined;
}

/** `consumer-lag{group=message-processor}`. */
function idOf({ name }: AlertRule, { labels }: SignalReading): string {
  const text = Object.entries(labels)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([label, value]) => `${label}=${value}`)
    .join(',');
  return `${name}{${text}}`.slice(0, ID_CHARACTERS_MAX);
}

const belongsTo = ({ name }: AlertRule, id: string): boolean => id.startsWith(`${name}{`);
