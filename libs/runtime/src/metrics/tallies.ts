import { type Metrics } from './metrics.js';

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

  inc(by = 1): void {
    this.value += by;
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
 * series that one request touches costs about as much as routing it; these are read when somebody scrapes. Ask for a series once and keep it.
 */
export function tallies(metrics: Metrics, { name, help }: { name: string; help: string }): (labels: Labels) => Tally {
  const series = new Map<string, Tally>();
  register(metrics, { name, help, type: 'counter', values: () => [...series.values()].map(({ labels, value }) => ({ labels, value })) });
  return (labels) => oneOf(series, labels, () => new Tally(labels));
}

/** The same for a histogram; `bounds` are the upper bounds of its buckets, ascending. */
export function distributions(
  metrics: Metrics,
  { name, help, bounds }: { name: string; help: string; bounds: readonly number[] },
): (labels: Labels) => Distribution {
  const series = new Map<string, Distribution>();
  register(metrics, { name, help, type: 'histogram', values: () => [...series.values()].flatMap((one) => bucketValues(name, one)) });
  return (labels) => oneOf(series, labels, () => new Distribution(labels, bounds));
}

function bucketValues(name: string, { labels, bounds, counts, sum }: Distribution): Scraped['values'] {
  let total = 0;
  const buckets = [...bounds, '+Inf'].map((le, index) => {
    total += counts[index] ?? 0;
    return { labels: { ...labels, le }, value: total, metricName: `${name}_bucket` };
  });
  return [...buckets, { labels, value: sum, metricName: `${name}_sum` }, { labels, value: total, metricName: `${name}_count` }];
}

/** The series of these labels, made when they are asked for first. */
function oneOf<Series>(series: Map<string, Series>, labels: Labels, make: () => Series): Series {
  const key = JSON.stringify(labels);
  let one = series.get(key);
  if (one === undefined) series.set(key, (one = make()));
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
