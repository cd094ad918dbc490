import { type AclEntry, describeAcl } from '@caas/messaging-kafka';
import { Command } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print } from '../output.js';
import { wantedAcls } from '../operations/wanted-acls.js';
import { withServices } from '../with-services.js';

/** `caas-admin acl …`: the brokers' rules about services against what the services do. */
export function aclCommand(): Command {
  return new Command('acl')
    .description('compare the rights of the services in Kafka with what they need')
    .addCommand(
      new Command('diff')
        .description('show what is missing and what nothing needs; exit code 3 when anything differs')
        .addOption(jsonOption())
        .action((options: OutputOptions) =>
          withServices(async (services) => {
            const { missing, extra } = await services.kafka.acls.diff(await wantedAcls(services));
            print({ missing, extra }, options, () =>
              missing.length + extra.length === 0
                ? 'every service has the rights that it needs, and no others'
                : [...section('MISSING', missing), ...section('EXTRA', extra)].join('\n'),
            );
            if (missing.length + extra.length > 0) process.exitCode = 3;
          }),
        ),
    )
    .addCommand(
      new Command('apply')
        .description('grant what is missing; the first time as the super user, then as the provisioner')
        .option('--revoke-extra', 'take away what nothing needs; without it, that is only shown')
        .addOption(dryRunOption())
        .addOption(jsonOption())
        .action((options: OutputOptions & { dryRun?: boolean; revokeExtra?: boolean }) =>
          withServices(async (services) => {
            const { dryRun = false, revokeExtra = false } = options;
            const report = await services.kafka.acls.apply(await wantedAcls(services), { dryRun, revokeExtra });
            const did = (what: string): string => (dryRun ? `WOULD ${what}` : `${what}ED`);
            print(report, options, () =>
              [
                ...section(did('GRANT'), report.granted),
                ...section(dryRun ? 'WOULD REVOKE' : 'REVOKED', report.revoked),
                ...section('NOT NEEDED, LEFT (--revoke-extra)', report.left),
                `${report.unchanged} rights were there already`,
              ].join('\n'),
            );
          }),
        ),
    );
}

const section = (heading: string, entries: readonly AclEntry[]): string[] =>
  entries.length === 0 ? [] : [heading, ...entries.map((entry) => `  ${describeAcl(entry)}`)];
