import { type Command, InvalidArgumentError, Option } from 'commander';

/** Options that all commands understand. */
export interface CommonOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** What decides about the shape of the Kafka cluster. */
export interface ClusterOptions {
  readonly brokers?: number;
  readonly tls?: boolean;
}

/** Adds `--brokers`, `--tls` and `--no-tls`. A stack keeps what it was started with. */
export function withClusterOptions(command: Command): Command {
  return command
    .option('--brokers <count>', 'Kafka brokers: 1, or 3 for replication and failover (default: as before, else 1)', parseBrokers)
    .option('--tls', 'have Kafka speak TLS, with certificates made for this stack (default: as before, else not)')
    .option('--no-tls', 'have Kafka speak plainly again');
}

function parseBrokers(text: string): number {
  if (text === '1' || text === '3') return Number(text);
  throw new InvalidArgumentError('It must be 1 or 3.');
}

/** `--name`, or `CAAS_STACK_NAME`, or `dev`. A new one for each command. */
export function nameOption(): Option {
  return new Option('--name <name>', 'which stack').env('CAAS_STACK_NAME').default('dev');
}

/** `--json`: the result as one JSON document on stdout, progress on stderr. A new one for each command. */
export function jsonOption(): Option {
  return new Option('--json', 'print the result as JSON on stdout, progress on stderr');
}
