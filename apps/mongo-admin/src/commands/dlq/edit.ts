import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { deadLettersOf } from '../../operations/dead-letters.js';
import { COMMAND_LINE } from '../../operations/operator.js';
import { dryRunOption, jsonOption, type OutputOptions, print } from '../../output.js';
import { withServices } from '../../with-services.js';

interface EditOptions extends OutputOptions {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly value?: unknown;
  readonly reason: string;
  readonly dryRun?: boolean;
}

/** `caas-admin dlq edit`. */
export function edit(): Command {
  return new Command('edit')
    .description('keep a corrected copy beside the original, which a replay then sends; it must fit the present schema')
    .argument('<id>', 'dlq_…')
    .addOption(
      new Option('--set <path=value>', 'a field, such as payload.content.text=hello; the value is JSON or else a text; may be repeated')
        .argParser(parseAssignment)
        .conflicts('value'),
    )
    .addOption(new Option('--value <file>', 'the whole envelope as JSON, for a record that cannot be read').argParser(readJson))
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((id: string, options: EditOptions) =>
      withServices(async (services) => {
        const { set, value, reason, dryRun = false } = options;
        if (set === undefined && value === undefined) throw new InvalidArgumentError('Give --set or --value.');
        const change = set === undefined ? { value } : { changes: set };
        const fields = await deadLettersOf(services, COMMAND_LINE).edit(id, change, { by: COMMAND_LINE.id, reason, dryRun });
        print(
          { dlq_id: id, dry_run: dryRun, fields },
          options,
          () => `${dryRun ? 'would change' : 'changed'}: ${fields.join(', ') || 'nothing'}`,
        );
      }),
    );
}

function parseAssignment(text: string, earlier: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const end = text.indexOf('=');
  if (end < 1) throw new InvalidArgumentError('Write path=value.');
  return { ...earlier, [text.slice(0, end)]: jsonOrText(text.slice(end + 1)) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new InvalidArgumentError(`Not a file with JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
