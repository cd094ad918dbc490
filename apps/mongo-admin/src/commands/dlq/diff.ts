import { Command } from 'commander';
import { deadLettersOf } from '../../operations/dead-letters.js';
import { COMMAND_LINE } from '../../operations/operator.js';
import { jsonOption, type OutputOptions, print, table } from '../../output.js';
import { withServices } from '../../with-services.js';

/** `caas-admin dlq diff`. */
export function diff(): Command {
  return new Command('diff')
    .description('show which fields of a dead letter this release refuses and why; exit code 3 when it cannot read the record')
    .argument('<id>', 'dlq_…')
    .addOption(jsonOption())
    .action((id: string, options: OutputOptions) =>
      withServices(async (services) => {
        // Not its value: what fails is told by rules, which are nobody's secret.
        const { value: _value, ...found } = await deadLettersOf(services, COMMAND_LINE).inspect(id);
        print(found, options, () => {
          const { subject, schemaId, type, version, currentVersion, problems, unknownFields } = found;
          const written = `written with schema ${schemaId ?? 'none'} of ${subject}: ${type ?? 'unknown type'} ${version ?? ''}`.trimEnd();
          return [
            `${written}; this release has ${currentVersion ?? 'no such type'}`,
            problems.length === 0
              ? 'this release reads it'
              : table(
                  ['FIELD', 'RULE', 'WHAT'],
                  problems.map(({ field, code, message }) => [field === '' ? '(value)' : field, code, message]),
                ),
            ...(unknownFields.length === 0 ? [] : [`ignored, unknown here: ${unknownFields.join(', ')}`]),
          ].join('\n');
        });
        if (found.problems.length > 0) process.exitCode = 3;
      }),
    );
}
