import { Option } from 'commander';

/** Options that all commands understand. */
export interface CommonOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** `--name`, or `CAAS_STACK_NAME`, or `dev`. A new one for each command. */
export function nameOption(): Option {
  return new Option('--name <name>', 'which stack').env('CAAS_STACK_NAME').default('dev');
}

/** `--json`: the result as one JSON document on stdout, progress on stderr. A new one for each command. */
export function jsonOption(): Option {
  return new Option('--json', 'print the result as JSON on stdout, progress on stderr');
}
