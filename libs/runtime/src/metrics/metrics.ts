import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; the one scale for durations of requests. */
export const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface MetricOptions<Label extends string> {
  /** `caas_<area>_<noun>_<unit>`, or a name fixed by convention. */
  readonly name: string;
  readonly help: string;
  /** Bounded values only: never a tenant, user, conversation or message. */
  readonly labels?: readonly Label[];
}

/** The metrics of one process. Creating the same metric twice throws: a metric has one owner. */
export class Metrics {
  readonly registry = new Registry();

  constructor(options: { service: string; version?: string; commit?: string; defaults?: boolean }) {
    this.registry.setDefaultLabels({ service: options.service });
    if (options.defaults !== false) collectDefaultMetrics({ register: this.registry });
    this.gauge({ name: 'caas_build_info', help: 'Always 1; labels tell what runs', labels: ['version', 'commit', 'node'] }).set(
      { version: options.version ?? 'unknown', commit: options.commit ?? 'unknown', node: process.version },
      1,
    );
  }

  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label> {
    return new Counter({ name: options.name, help: options.help, labelNames: options.labels ?? [], registers: [this.registry] });
  }

  gauge<Label extends string = never>(
    options: MetricOptions<Label> & { collect?: (gauge: Gauge<Label>) => void | Promise<void> },
  ): Gauge<Label> {
    const { collect } = options;
    return new Gauge({
      name: options.name,
      help: options.help,
      labelNames: options.labels ?? [],
      registers: [this.registry],
      ...(collect === undefined
        ? {}
        : {
            collect(this: Gauge<Label>) {
              return collect(this);
            },
          }),
    });
  }

  histogram<Label extends string = never>(options: MetricOptions<Label> & { buckets?: readonly number[] }): Histogram<Label> {
    return new Histogram({
      name: options.name,
      help: options.help,
      labelNames: options.labels ?? [],
      buckets: [...(options.buckets ?? DURATION_BUCKETS_SECONDS)],
      registers: [this.registry],
    });
  }

  /** Prometheus text format 0.0.4, and its content type. */
  async render(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }
}
