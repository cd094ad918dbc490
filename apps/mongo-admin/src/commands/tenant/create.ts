import { type Services } from '@caas/composition';
import { modules } from '@caas/modules';
import { type Plan, PLANS } from '@caas/runtime';
import { email, z } from '@caas/schema';
import { infrastructureSteps, PLAN_LIMIT_NAMES, type PlanLimitName, TenantProvisioning } from '@caas/tenancy';
import { Command, InvalidArgumentError } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print } from '../../output.js';
import { createServerKey } from '../../server-key.js';
import { withServices } from '../../with-services.js';
import { parsePlanOption } from './plan-option.js';
import { progressLine } from './run-operation.js';

type ContractLimits = Readonly<Partial<Record<PlanLimitName, number>>>;

const SLUG = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/);

interface CreateOptions extends OutputOptions {
  readonly slug: string;
  readonly email: string;
  readonly plan: Plan;
  readonly requestsPerMinute?: number;
  readonly burstPerSecond?: number;
  readonly limit?: ContractLimits;
  readonly key: boolean;
  readonly dryRun?: boolean;
}

/** `caas-admin tenant create`. */
export function create(): Command {
  return new Command('create')
    .description('provision a tenant; running it again finishes what was interrupted and changes nothing that is done')
    .argument('<name>', 'company name')
    .requiredOption('--slug <slug>', 'URL name: 3–63 of a–z, 0–9 and hyphens', parseSlug)
    .requiredOption('--email <email>', 'contact', parseEmail)
    .option('--plan <plan>', PLANS.join(', '), parsePlanOption, 'free')
    .option('--requests-per-minute <n>', 'contract limit in place of the plan’s', parseCount)
    .option('--burst-per-second <n>', 'contract limit in place of the plan’s', parseCount)
    .option('--limit <name=n>', `another contract limit, -1 for none; repeatable: ${PLAN_LIMIT_NAMES.join(', ')}`, parseLimit)
    .option('--no-key', 'do not create an API key')
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((name: string, options: CreateOptions) => withServices((services) => runCreate(services, name, options)));
}

async function runCreate(services: Services, name: string, options: CreateOptions): Promise<void> {
  const steps = [...infrastructureSteps(services, modules), ...(await modules.provisioning(services))];
  const provisioning = new TenantProvisioning(services, steps);
  if (options.dryRun === true) {
    print({ dry_run: true, steps: provisioning.plan() }, options, () => `would run: ${provisioning.plan().join(', ')}`);
    return;
  }
  await services.mongo.ensure(modules.collections.filter(({ scope }) => scope === 'platform'));
  const { tenant, created } = await provisioning.provision(
    {
      companyName: name,
      slug: options.slug,
      email: options.email,
      plan: options.plan,
      requestedBy: 'caas-admin',
      ...overridesOf(options),
    },
    progressLine,
  );
  const key = created && options.key ? (await createServerKey(services, { tenantId: tenant.tenantId })).key : undefined;
  const result = {
    tenant_id: tenant.tenantId,
    name: tenant.name,
    plan: tenant.plan,
    status: tenant.status,
    created,
    ...(key && { api_key: key }),
  };
  print(result, options, () =>
    [
      created ? `created ${tenant.tenantId} (${tenant.plan})` : `${tenant.tenantId} exists and is ready`,
      ...(key === undefined ? [] : ['', 'API key, shown this once:', `  ${key}`]),
    ].join('\n'),
  );
}

function overridesOf({ requestsPerMinute, burstPerSecond, limit }: CreateOptions) {
  if (requestsPerMinute === undefined && burstPerSecond === undefined && limit === undefined) return {};
  return { overrides: { ...limit, requests_per_minute: requestsPerMinute ?? null, burst_per_second: burstPerSecond ?? null } };
}

function parseLimit(text: string, given: ContractLimits = {}): ContractLimits {
  const [, name, amount] = /^([a-z_]+)=(-1|\d{1,12})$/.exec(text) ?? [];
  const known = PLAN_LIMIT_NAMES.find((one) => one === name);
  if (known === undefined) throw new InvalidArgumentError(`Use <name>=<n> with one of ${PLAN_LIMIT_NAMES.join(', ')}.`);
  return { ...given, [known]: Number(amount) };
}

function parseSlug(text: string): string {
  if (!SLUG.safeParse(text).success) throw new InvalidArgumentError('Use 3–63 of a–z, 0–9 and hyphens, not at the ends.');
  return text;
}

function parseEmail(text: string): string {
  if (!email().safeParse(text).success) throw new InvalidArgumentError('That is no e-mail address.');
  return text;
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Use a whole number of at least 1.');
  return Number(text);
}
