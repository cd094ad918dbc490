/** The command line of the benchmarks; `bin/caas-bench.mjs` runs it. */
import { Command, InvalidArgumentError } from 'commander';
import { measureCodec } from './measure-codec.js';
import { measureData } from './measure-data.js';
import { measureGateway } from './measure-gateway.js';
import { measureKeyCheck } from './measure-key-check.js';
import { measureKafka } from './measure-kafka.js';
import { measureLatency } from './measure-latency.js';
import { APP_NODE_FLAGS } from '@caas/local-stack';
import { measureMemory } from './measure-memory.js';
import { measureMove } from './measure-move.js';
import { measureOverload } from './measure-overload.js';
import { measureParts } from './measure-parts.js';
import { measureSend } from './measure-send.js';
import { measureStart } from './measure-start.js';
import { measureTenantLoad } from './measure-tenant-load.js';
import { measureTenants } from './measure-tenants.js';
import { measureWorker } from './measure-worker.js';
import { type Figure, print } from './support/report.js';
import { type BenchSystem, onSystem } from './support/system.js';

interface Options {
  readonly rounds: number;
  readonly json: boolean;
  readonly nodeOptions: readonly string[];
  readonly messages: number;
}

type Measure = (system: BenchSystem, options: Options) => Promise<Figure[]>;

interface Benchmark {
  readonly what: string;
  readonly run: readonly Measure[];
  readonly withoutApps?: true;
  /** Flags of Node unless others are given. */
  readonly nodeOptions?: readonly string[];
}

const MEASURES: Readonly<Record<string, Benchmark>> = {
  send: {
    what: 'a message end to end: accepted, acknowledged, stored, readable',
    run: [measureSend, measureLatency, measureKafka, measureWorker],
  },
  accept: { what: 'up to 202, beside bare Fastify and one producer.send a request', run: [measureSend] },
  gateway: {
    what: 'the gateway: its own cost, part by part, then sends, many tenants, start, overload and a noisy neighbour',
    run: [measureGateway, measureParts, measureKeyCheck, measureTenantLoad, measureSend, measureStart, measureOverload],
  },
  parts: {
    what: 'what rate limits, log and metrics add to a request, and the check of a key',
    run: [measureParts, measureKeyCheck],
    withoutApps: true,
  },
  start: { what: 'from the start of a process to ready', run: [measureStart] },
  overload: { what: 'twice the peak, and a noisy neighbour', run: [measureOverload] },
  kafka: { what: 'our producer beside kafkajs in batches', run: [measureKafka] },
  worker: { what: 'the worker beside insertMany', run: [measureWorker] },
  latency: { what: 'from accepted to readable at 1 000 messages a second', run: [measureLatency] },
  data: { what: 'our repositories beside the raw driver', run: [measureData], withoutApps: true },
  tenants: { what: '100, 1 000 and 10 000 shared tenants in one process', run: [measureTenants, measureTenantLoad], withoutApps: true },
  move: { what: 'a tenant through all isolation strategies and back, under writes and reads', run: [measureMove] },
  memory: { what: 'resident memory of idle processes, as `npm start` runs them', run: [measureMemory], nodeOptions: APP_NODE_FLAGS },
};

const program = new Command('caas-bench').description(
  'Measures the built apps on a local stack of its own, beside baselines of the same run. Prints; judges nothing by its exit code.',
);
for (const [name, { what, run, withoutApps, nodeOptions = [] }] of Object.entries(MEASURES)) {
  program
    .command(name)
    .description(what)
    .option('--rounds <n>', 'interleaved rounds; medians are printed', positive, 3)
    .option(
      '--node-options <options>',
      'of every measured process, baselines too, separated by spaces',
      (text) => text.split(' '),
      nodeOptions,
    )
    .option('--messages <n>', 'of the tenant that moves (move only)', positive, 100_000)
    .option('--json', 'print JSON', false)
    .action(async (options: Options) => {
      const figures: Figure[] = [];
      for (const measure of run)
        figures.push(
          ...(await onSystem((system) => measure(system, options), { apps: withoutApps !== true, nodeOptions: options.nodeOptions })),
        );
      print(figures, options);
    });
}
program
  .command('codec')
  .description('encode and decode of one message, with their checks; needs no servers')
  .option('--rounds <n>', 'of 20 000 each', positive, 3)
  .option('--json', 'print JSON', false)
  .action((options: Options) => print(measureCodec(options), options));

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number above 0');
  return value;
}

await program.parseAsync();
