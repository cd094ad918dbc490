import { type Metrics } from '@caas/runtime';

type Labels = Readonly<Record<string, string>>;

/** What a registry asks of a metric when it is scraped. */
interface Scraped {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'histogram';
  readonly aggregator: 'sum';
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string | number>>;
    readonly value: number;
    readonly metricName?: string;
  }[];
}

/** One time series of a counter. */
export class Tally {
  value = 0;

  constructor(readonly labels: Labels) {}

  inc(): void {
    this.value++;
  }
}

/** One time series of a histogram. */
export class Distribution {
  readonly counts: number[];
  sum = 0;

  constructor(
    readonly labels: Labels,
    readonly bounds: readonly number[],
  ) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket++;
    (this.counts[bucket] as number)++;
    this.sum += value;
  }
}

/**
 * Registers a counter whose series are plain numbers. prom-client looks every series up by its labels for each count, which for the seven
 * series that one request touches costs about as much as routing it; these are summed up when somebody scrapes.
 */
export function tallies(metrics: Metrics, { name, help }: { name: string; help: string }): (labels: Labels) => Tally {
  const series: Tally[] = [];
  register(metrics, { name, help, type: 'counter', values: () => series.map(({ labels, value }) => ({ labels, value })) });
  return (labels) => added(series, new Tally(labels));
}

/** The same for a histogram; `bounds` are the upper bounds of its buckets, ascending. */
export function distributions(
  metrics: Metrics,
  { name, help, bounds }: { name: string; help: string; bounds: readonly number[] },
): (labels: Labels) => Distribution {
  const series: Distribution[] = [];
  register(metrics, { name, help, type: 'histogram', values: () => series.flatMap((one) => bucketValues(name, one)) });
  return (labels) => added(series, new Distribution(labels, bounds));
}

function bucketValues(name: string, { labels, bounds, counts, sum }: Distribution): Scraped['values'] {
  let total = 0;
  const buckets = [...bounds, '+Inf'].map((le, index) => {
    total += counts[index] ?? 0;
    return { labels: { ...labels, le }, value: total, metricName: `${name}_bucket` };
  });
  return [...buckets, { labels, value: sum, metricName: `${name}_sum` }, { labels, value: total, metricName: `${name}_count` }];
}

function added<Series>(series: Series[], one: Series): Series {
  series.push(one);
  return one;
}

function register(
  { registry }: Metrics,
  { values, ...described }: Pick<Scraped, 'name' | 'help' | 'type'> & { values: () => Scraped['values'] },
): void {
  const metric = { ...described, get: (): Promise<Scraped> => Promise.resolve({ ...described, aggregator: 'sum', values: values() }) };
  // the registry's type names its own classes; of a metric it uses the name and what get() resolves with
  registry.registerMetric(metric as unknown as Parameters<typeof registry.registerMetric>[0]);
}
