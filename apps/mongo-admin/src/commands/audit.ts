import { AuditVerification, type ChainVerdict } from '@caas/insight';
import { parseTenantId } from '@caas/schema';
import { TenantsService } from '@caas/tenancy';
import { Command, InvalidArgumentError } from 'commander';
import { jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

const DAY_MS = 86_400_000;
const DAYS = 30;
/** As long as entries are kept. */
const DAYS_MAX = 366;

interface VerifyOptions extends OutputOptions {
  readonly days: number;
}

/** `caas-admin audit …`: the security trail. */
export function auditCommand(): Command {
  return new Command('audit').description('check the security trail').addCommand(verify());
}

function verify(): Command {
  return new Command('verify')
    .description('follow the chain of hashes of the last days; exit code 3 when an entry is missing or was changed')
    .argument('[tenant]', 'id or slug; the entries of the platform itself without it')
    .option('--days <n>', `so many days up to today, at most ${DAYS_MAX}`, parseDays, DAYS)
    .addOption(jsonOption())
    .action((reference: string | undefined, options: VerifyOptions) =>
      withServices(async (services) => {
        const { mongo, clock } = services;
        const tenantId = reference === undefined ? null : parseTenantId((await new TenantsService(services).get(reference)).client_id);
        const to = new Date(clock.now());
        const from = new Date(to.getTime() - (options.days - 1) * DAY_MS);
        const verdict = await new AuditVerification({ mongo, clock }).verify(tenantId, { from, to });
        print({ tenant_id: tenantId, ...verdict }, options, () => summary(verdict));
        if (!verdict.isIntact) process.exitCode = 3;
      }),
    );
}

function summary({ isIntact, entries, days, faults }: ChainVerdict): string {
  const looked = `${entries} entries of ${days} days`;
  if (isIntact) return `${looked}: every entry is there, as it was written`;
  const rows = faults.map(({ day, sequence, auditId, fault }) => [day, String(sequence), auditId, fault]);
  return [`${looked}: the chain does not hold`, '', table(['DAY', 'PLACE', 'ENTRY', 'FAULT'], rows)].join('\n');
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`Use whole days from 1 to ${DAYS_MAX}.`);
}
