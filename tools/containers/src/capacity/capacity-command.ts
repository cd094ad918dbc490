import { Command, InvalidArgumentError } from 'commander';
import { type Capacity, capacityOf, type Load } from './capacity-model.js';
import { UNIT_COSTS, type UnitCost } from './unit-costs.js';

type Options = { readonly [Name in keyof Load]: number } & { readonly json?: boolean };

/** `caas-containers capacity`: how many nodes a load needs. */
export function capacityCommand(): Command {
  return new Command('capacity')
    .description('how many nodes of each part a load needs, from the unit costs of docs/benchmarks.md')
    .requiredOption('--messages-per-second <n>', 'at the busiest time', parseNumber)
    .option('--shared-tenants <n>', 'tenants of the plans free and starter', parseNumber, 100)
    .option('--dedicated-tenants <n>', 'tenants of the plans pro and enterprise', parseNumber, 0)
    .option('--users <n>', 'users of all tenants', parseNumber, 10_000)
    .option('--reads-per-message <n>', 'pages that are read for a message', parseNumber, 1)
    .option('--stored-days <n>', 'how long messages are kept', parseNumber, 365)
    .option('--utilization <part>', 'part of a node that is used at most', parseNumber, 0.6)
    .option('--json', 'one JSON document')
    .action(({ json, ...load }: Options) => {
      const capacity = capacityOf(load);
      console.log(json === true ? JSON.stringify({ load, capacity, unit_costs: UNIT_COSTS }, null, 2) : render(capacity));
    });
}

function render(capacity: Capacity): string {
  const assumed = Object.values<UnitCost>(UNIT_COSTS).filter(({ source }) => source === 'assumed');
  return [
    `gateways   ${capacity.gateways}, one core and ${Math.ceil(capacity.gatewayMemoryMb)} MB each besides requests under way`,
    `workers    ${capacity.workers}, one core each`,
    `Kafka      ${capacity.brokers} brokers, ${capacity.partitions} partitions, ${gigabytes(capacity.kafkaBytes)} with all copies`,
    `MongoDB    ${capacity.mongodbNodes} nodes (${capacity.shards} shard${capacity.shards === 1 ? '' : 's'} of three), ${gigabytes(capacity.mongodbBytes)} a copy`,
    `Redis      one primary and a replica, ${gigabytes(capacity.redisBytes)}`,
    ...capacity.warnings.map((warning) => `! ${warning}`),
    `assumed, not measured: ${assumed.map(({ value, unit }) => `${value} ${unit}`).join('; ')}`,
  ].join('\n');
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a number, at least 0.');
}
