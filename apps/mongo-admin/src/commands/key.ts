import { parseTenantId } from '@caas/schema';
import { TenantsService } from '@caas/tenancy';
import { Command } from 'commander';
import { dryRunOption, jsonOption, type OutputOptions, print } from '../output.js';
import { aServerKey, createServerKey, SERVER_SCOPES } from '../server-key.js';
import { withServices } from '../with-services.js';

interface CreateOptions extends OutputOptions {
  readonly name: string;
  readonly scope: string[];
  readonly dryRun?: boolean;
}

/** `caas-admin key …`: API keys of a tenant. */
export function keyCommand(): Command {
  return new Command('key').description('create API keys').addCommand(create());
}

function create(): Command {
  return new Command('create')
    .description('create a server key; it is shown once')
    .argument('<tenant>', 'id or slug')
    .option('--name <name>', 'what the key is for', 'Server')
    .option('--scope <scope...>', 'scopes, wildcards allowed', [...SERVER_SCOPES])
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action((reference: string, options: CreateOptions) =>
      withServices(async (services) => {
        const client = await new TenantsService(services).get(reference);
        const tenantId = parseTenantId(client.client_id);
        if (options.dryRun === true) {
          const { name, scopes } = aServerKey(tenantId, { name: options.name, scopes: options.scope });
          print(
            { dry_run: true, tenant_id: tenantId, name, scopes },
            options,
            () => `would create a key "${name}" for ${tenantId}: ${scopes.join(', ')}`,
          );
          return;
        }
        const { key, record } = await createServerKey(services, { tenantId, name: options.name, scopes: options.scope });
        print({ key_id: record.key_id, tenant_id: client.client_id, scopes: record.permissions.scopes, api_key: key }, options, () =>
          [`created ${record.key_id} for ${client.client_id}`, '', 'API key, shown this once:', `  ${key}`].join('\n'),
        );
      }),
    );
}
