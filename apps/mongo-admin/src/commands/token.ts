import { AccessTokenIssuer, STAFF_ROLES, type StaffRole } from '@caas/identity';
import { type AuditEntry, systemClock } from '@caas/runtime';
import { isId, type TenantId } from '@caas/schema';
import { Command, InvalidArgumentError, Option } from 'commander';
import { auditOf } from '../audit.js';
import { parseTenantOption } from '../options.js';
import { jsonOption, type OutputOptions, print } from '../output.js';
import { tokenKeys } from '../token-keys.js';
import { withServices } from '../with-services.js';

const MINUTES_MAX = 60;
const MINUTES = 15;

interface MintOptions extends OutputOptions {
  readonly subject: string;
  readonly tenant?: TenantId;
  readonly minutes: number;
  readonly role: StaffRole;
  readonly mfa?: boolean;
  readonly reason: string;
}

/** `caas-admin token …`: tokens of people who work with the platform, until they log in somewhere. */
export function tokenCommand(): Command {
  return new Command('token').description('mint short-lived tokens for consoles and staff').addCommand(mint());
}

function mint(): Command {
  return new Command('mint')
    .description('sign a token as the gateway does, with its JWT_PRIVATE_KEY; it is shown once and written to the security trail')
    .requiredOption('--subject <adm_…>', 'the admin whom it stands for', parseAdmin)
    .addOption(
      new Option('--tenant <id>', 'for the console of this tenant, as its member; for staff of the platform without it').argParser(
        parseTenantOption,
      ),
    )
    .addOption(
      new Option(
        '--role <role>',
        'of staff: what it opens at the console of the platform (caas-admin serve); the API takes platform_admin only',
      )
        .choices([...STAFF_ROLES])
        .default('platform_admin')
        .conflicts('tenant'),
    )
    .option('--minutes <n>', `how long it is good, at most ${MINUTES_MAX}`, parseMinutes, MINUTES)
    .option('--mfa', 'the admin has proven a second factor; production asks for one')
    .requiredOption('--reason <text>', 'why, for the security trail')
    .addOption(jsonOption())
    .action((options: MintOptions) =>
      withServices(async (services) => {
        const { subject, tenant, role, minutes, mfa = false, reason } = options;
        const material = tokenKeys();
        await (await auditOf(services)).record(entryOf(options));
        const issued = await new AccessTokenIssuer({ material, clock: systemClock }).issue(
          {
            actor: tenant === undefined ? 'platform' : 'admin',
            sub: subject,
            ...(tenant !== undefined && { tenant_id: tenant }),
            roles: tenant === undefined ? [role] : [],
            env: 'live',
            amr: mfa ? ['mfa'] : [],
          },
          { ttlSeconds: minutes * 60 },
        );
        const facts = { token_id: issued.jti, subject, tenant_id: tenant ?? null, expires_at: issued.expiresAt.toISOString(), reason };
        print({ ...facts, access_token: issued.text }, options, () =>
          [`good until ${facts.expires_at}, shown this once:`, `  ${issued.text}`].join('\n'),
        );
      }),
    );
}

/** Written down before the token is there: where that fails, there is none. */
function entryOf({ subject, tenant, role, reason }: MintOptions): AuditEntry {
  return {
    tenantId: tenant ?? null,
    actor: { type: 'platform_admin', id: 'caas-admin' },
    action: { category: 'auth', type: 'issue', name: 'auth.token_issued' },
    target: { type: 'admin', id: subject, ...(tenant === undefined && { identifier: role }) },
    severity: 'high',
    reason: reason.slice(0, 500),
  };
}

function parseAdmin(text: string): string {
  if (isId('adm', text)) return text;
  throw new InvalidArgumentError('Use the id of an admin, adm_….');
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= MINUTES_MAX) return minutes;
  throw new InvalidArgumentError(`Use whole minutes from 1 to ${MINUTES_MAX}.`);
}
