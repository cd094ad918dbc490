import { type Services } from '@caas/composition';
import { parsePlan, type Plan, PLANS } from '@caas/runtime';
import { email, z } from '@caas/schema';
import { infrastructureSteps, type SaasClient, TenantProvisioning, TenantsService } from '@caas/tenancy';
import { Command, InvalidArgumentError } from 'commander';
import { modules } from '@caas/modules';
import { createServerKey } from '../server-key.js';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

const SLUG = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$/);

/** `caas-admin tenant …`: tenants and their life. */
export function tenantCommand(): Command {
  return new Command('tenant').description('create and look at tenants').addCommand(create()).addCommand(list()).addCommand(show());
}

interface CreateOptions extends OutputOptions {
  readonly slug: string;
  readonly email: string;
  readonly plan: Plan;
  readonly requestsPerMinute?: number;
  readonly burstPerSecond?: number;
  readonly key: boolean;
  readonly dryRun?: boolean;
}

function create(): Command {
  return new Command('create')
    .description('provision a tenant; running it again finishes what was interrupted and changes nothing that is done')
    .argument('<name>', 'company name')
    .requiredOption('--slug <slug>', 'URL name: 3–63 of a–z, 0–9 and hyphens', parseSlug)
    .requiredOption('--email <email>', 'contact', parseEmail)
    .option('--plan <plan>', PLANS.join(', '), parsePlanOption, 'free')
    .option('--requests-per-minute <n>', 'contract limit in place of the plan’s', parseCount)
    .option('--burst-per-second <n>', 'contract limit in place of the plan’s', parseCount)
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
    ({ name: step, index, total, state }) => {
      if (state !== 'running') process.stderr.write(`  ${index + 1}/${total} ${step}: ${state}\n`);
    },
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

function list(): Command {
  return new Command('list')
    .description('list tenants, newest first')
    .option('--limit <n>', 'rows, 1–100', parseLimit, 50)
    .option('--cursor <cursor>', 'where the previous page ended')
    .addOption(jsonOption())
    .action((options: OutputOptions & { limit: number; cursor?: string }) =>
      withServices(async ({ mongo }) => {
        const page = await new TenantsService({ mongo }).list(options);
        const rows = page.items.map(summary);
        print({ data: rows, next_cursor: page.nextCursor }, options, () =>
          [
            table(
              ['TENANT', 'SLUG', 'PLAN', 'STATUS', 'STATE', 'CREATED'],
              rows.map((row) => [row.tenant_id, row.slug, row.plan, row.status, row.provisioning, row.created_at]),
            ),
            ...(page.nextCursor === null ? [] : [`more: --cursor ${page.nextCursor}`]),
          ].join('\n'),
        );
      }),
    );
}

function show(): Command {
  return new Command('show')
    .description('show one tenant')
    .argument('<tenant>', 'id or slug')
    .addOption(jsonOption())
    .action((reference: string, options: OutputOptions) =>
      withServices(async ({ mongo }) => {
        const client = await new TenantsService({ mongo }).get(reference);
        const result = {
          ...summary(client),
          email: client.contact.primary_email,
          isolation: client.isolation,
          quota_overrides: client.quota_overrides,
        };
        print(result, options, () =>
          table(
            ['FIELD', 'VALUE'],
            Object.entries(result).map(([field, value]) => [field, typeof value === 'string' ? value : JSON.stringify(value)]),
          ),
        );
      }),
    );
}

function summary(client: SaasClient) {
  return {
    tenant_id: client.client_id,
    name: client.company_name,
    slug: client.slug,
    plan: client.tier,
    status: client.status,
    provisioning: client.provisioning.state,
    created_at: client.created_at.toISOString(),
  };
}

function overridesOf({ requestsPerMinute, burstPerSecond }: CreateOptions) {
  if (requestsPerMinute === undefined && burstPerSecond === undefined) return {};
  return { overrides: { ...(requestsPerMinute && { requestsPerMinute }), ...(burstPerSecond && { burstPerSecond }) } };
}

function parseSlug(text: string): string {
  if (!SLUG.safeParse(text).success) throw new InvalidArgumentError('Use 3–63 of a–z, 0–9 and hyphens, not at the ends.');
  return text;
}

function parseEmail(text: string): string {
  if (!email().safeParse(text).success) throw new InvalidArgumentError('That is no e-mail address.');
  return text;
}

function parsePlanOption(text: string): Plan {
  const plan = parsePlan(text);
  if (plan === undefined) throw new InvalidArgumentError(`Use one of ${PLANS.join(', ')}.`);
  return plan;
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Use a whole number of at least 1.');
  return Number(text);
}

function parseLimit(text: string): number {
  if (!/^([1-9]\d?|100)$/.test(text)) throw new InvalidArgumentError('Use a whole number from 1 to 100.');
  return Number(text);
}
