import { AccessTokenIssuer } from '@caas/identity';
import { type AuditEntry, loadConfig, systemClock, TOKEN_CONFIG, tokenMaterialOf } from '@caas/runtime';
import { isId, type TenantId } from '@caas/schema';
import { Command, InvalidArgumentError, Option } from 'commander';
import { auditOf } from '../audit.js';
import { parseTenantOption } from '../options.js';
import { jsonOption, type OutputOptions, print } from '../output.js';
import { withServices } from '../with-services.js';

const MINUTES_MAX = 60;
const MINUTES = 15;

interface MintOptions extends OutputOptions {
  readonly subject: string;
  readonly tenant?: TenantId;
  readonly minutes: number;
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
    .option('--minutes <n>', `how long it is good, at most ${MINUTES_MAX}`, parseMinutes, MINUTES)
    .option('--mfa', 'the admin has proven a second factor; production asks for one')
    .requiredOption('--reason <text>', 'why, for the security trail')
    .addOption(jsonOption())
    .action((options: MintOptions) =>
      withServices(async (services) => {
        const { subject, tenant, minutes, mfa = false, reason } = options;
        const material = tokenMaterialOf(loadConfig(TOKEN_CONFIG, process.env), refuseEphemeral);
        await (await auditOf(services)).record(entryOf(options));
        const issued = await new AccessTokenIssuer({ material, clock: systemClock }).issue(
          {
            actor: tenant === undefined ? 'platform' : 'admin',
            sub: subject,
            ...(tenant !== undefined && { tenant_id: tenant }),
            roles: tenant === undefined ? ['platform_admin'] : [],
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
function entryOf({ subject, tenant, reason }: MintOptions): AuditEntry {
  return {
    tenantId: tenant ?? null,
    actor: { type: 'platform_admin', id: 'caas-admin' },
    action: { category: 'auth', type: 'issue', name: 'auth.token_issued' },
    target: { type: 'admin', id: subject },
    severity: 'high',
    reason: reason.slice(0, 500),
  };
}

function refuseEphemeral(): never {
  throw new TypeError(
    'Set JWT_PRIVATE_KEY and JWT_PUBLIC_KEY, or JWT_KEYS_DIR, as the gateway has them: a token of another key is refused.',
  );
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
