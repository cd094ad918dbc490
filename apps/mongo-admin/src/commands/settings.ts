import { type Services } from '@caas/composition';
import { type TenantContext } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { SETTING_DEFAULTS, type SettingsChanges, SettingsService, TenantRecords, type TenantSettings, TenantsService } from '@caas/tenancy';
import { Command, InvalidArgumentError } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print, table } from '../output.js';
import { withServices } from '../with-services.js';

interface SetOptions extends OutputOptions {
  readonly dryRun?: boolean;
  readonly version?: number;
}

/** `caas-admin settings …`: what tenants chose. */
export function settingsCommand(): Command {
  return new Command('settings').description('look at and change settings of tenants').addCommand(get()).addCommand(set());
}

function get(): Command {
  return new Command('get')
    .description('show the settings of a tenant, defaults included; secrets are named, never shown')
    .argument('<tenant>', 'id or slug')
    .argument('[prefix]', 'only settings whose path begins with this, such as chat')
    .addOption(jsonOption())
    .action((reference: string, prefix: string | undefined, options: OutputOptions) =>
      withServices(async (services) => {
        const { tenant, settings } = await settingsOf(services, reference);
        show(tenant, await settings.get(tenant), { options, prefix });
      }),
    );
}

function set(): Command {
  return new Command('set')
    .description('change settings: chat.max_message_length=2000 branding.secondary_color=null; null puts a default back')
    .argument('<tenant>', 'id or slug')
    .argument('<key=value...>', 'dotted path and value; the value is JSON, or else a text', parseAssignment)
    .option('--version <n>', 'only when the settings are still at this version', parseVersion)
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, changes: SettingsChanges, options: SetOptions) =>
      withServices(async (services) => {
        const { tenant, settings } = await settingsOf(services, reference);
        const { dryRun = false, version } = options;
        const after = await settings.update(tenant, changes, {
          by: 'caas-admin',
          dryRun,
          ...(version === undefined ? {} : { expectedVersion: version }),
        });
        show(tenant, after, { options, dryRun, paths: Object.keys(changes) });
      }),
    );
}

async function settingsOf(services: Services, reference: string): Promise<{ tenant: TenantContext; settings: SettingsService }> {
  const client = await new TenantsService(services).get(reference);
  const tenant = await new TenantRecords(services).context(parseTenantId(client.client_id));
  return { tenant, settings: new SettingsService({ ...services, box: services.secrets.box }) };
}

function show(
  { tenantId }: TenantContext,
  { settings, secrets, version }: TenantSettings,
  {
    options,
    prefix = '',
    dryRun = false,
    paths,
  }: { options: OutputOptions; prefix?: string | undefined; dryRun?: boolean; paths?: string[] },
): void {
  const shown = (paths ?? [...SETTING_DEFAULTS.keys()]).filter((path) => path.startsWith(prefix));
  const rows = shown.map((path) => [path, secrets.includes(path) ? '(set, not shown)' : JSON.stringify(at(settings, path))] as const);
  const values = Object.fromEntries(shown.map((path) => [path, secrets.includes(path) ? { is_set: true } : at(settings, path)]));
  print({ tenant_id: tenantId, version, ...(dryRun ? { dry_run: true } : {}), settings: values }, options, () =>
    [`version ${version}${dryRun ? ', nothing was changed; it would be' : ''}`, table(['SETTING', 'VALUE'], rows)].join('\n'),
  );
}

function at(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], document);
}

function parseAssignment(text: string, earlier: SettingsChanges = {}): SettingsChanges {
  const end = text.indexOf('=');
  const path = text.slice(0, end);
  if (end === -1) throw new InvalidArgumentError('Write path=value.');
  if (!SETTING_DEFAULTS.has(path)) throw new InvalidArgumentError(`There is no setting ${path}. "caas-admin settings get" lists them.`);
  return { ...earlier, [path]: valueOf(text.slice(end + 1)) };
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function parseVersion(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Use a whole number of at least 0.');
  return Number(text);
}
