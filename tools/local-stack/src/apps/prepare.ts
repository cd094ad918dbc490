import { existsSync, readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type StackFile } from '@caas/testing/stack';
import { z } from 'zod';
import { StackError } from '../errors.js';
import { type StackFolder } from '../state/stack-folder.js';
import { writePrivateFile } from '../state/write-file.js';
import { appEnvironment, environmentFile, type KafkaIdentity } from './app-environment.js';
import { loadAppSecrets } from './app-secrets.js';
import { admin, type RunOptions, WORKSPACE_ROOT } from './workspace.js';

/** The tenant that development and demonstrations use. */
const DEMO = { name: 'Demo Inc', slug: 'demo', email: 'demo@example.com', plan: 'starter' } as const;
/** A contract that does not get in the way of a demonstration. */
const DEMO_LIMITS = ['--requests-per-minute', '600000', '--burst-per-second', '20000'];

const created = z.object({ tenant_id: z.string(), api_key: z.string().optional() });

export interface Prepared {
  readonly envOf: (identity: KafkaIdentity) => Record<string, string>;
  readonly tenantId: string;
  readonly apiKey: string;
}

/**
 * Makes a stack ready for the apps: environment files for whoever runs them (`gateway.env`, `worker.env`, and `dev.env` for the operator), collections,
 * topics and ACLs, the demo tenant and a key. Idempotent; a key is made anew only when the one of an earlier start is not this tenant's.
 */
export async function prepareStack(folder: StackFolder, stack: StackFile, signal?: AbortSignal): Promise<Prepared> {
  const secrets = loadAppSecrets(folder);
  const envOf = (identity: KafkaIdentity): Record<string, string> => appEnvironment(stack, secrets, identity);
  for (const [file, identity] of Object.entries({ gateway: 'gateway', worker: 'worker', dev: 'provisioner' } as const)) {
    writeDevFile(`${file}.env`, environmentFile(envOf(identity)));
  }
  const options = { env: envOf('provisioner'), ...(signal === undefined ? {} : { signal }) };
  await applySchema(folder, options);
  // Who may grant is granted that by the super user; everything after it goes without him.
  await admin(['acl', 'apply'], { ...options, env: envOf('admin') });
  await admin(['topics', 'apply'], options);
  const tenant = created.parse(
    await admin(['tenant', 'create', DEMO.name, '--slug', DEMO.slug, '--email', DEMO.email, '--plan', DEMO.plan, ...DEMO_LIMITS], options),
  );
  const apiKey =
    tenant.api_key ??
    knownKey(folder, tenant.tenant_id) ??
    z.object({ api_key: z.string() }).parse(await admin(['key', 'create', DEMO.slug], options)).api_key;
  writePrivateFile(keyFile(folder), JSON.stringify({ tenant_id: tenant.tenant_id, api_key: apiKey }));
  return { envOf, tenantId: tenant.tenant_id, apiKey };
}

/** Definitions change while they are developed; an index that changed its meaning is an operator's decision, here one of starting over. */
async function applySchema({ name }: StackFolder, options: RunOptions): Promise<void> {
  try {
    await admin(['schema', 'apply'], options);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new StackError(`${text}\n\nIf a definition changed, start over with: caas-stack down --name ${name} --delete-data`, { cause });
  }
}

/** Writes a file into the workspace's git-ignored `.caas` folder, for its owner only. */
export function writeDevFile(name: string, content: string): void {
  const folder = join(WORKSPACE_ROOT, '.caas');
  mkdirSync(folder, { recursive: true });
  writePrivateFile(join(folder, name), content);
}

/** The key that an earlier start got for this tenant. */
function knownKey(folder: StackFolder, tenantId: string): string | undefined {
  if (!existsSync(keyFile(folder))) return undefined;
  const known = created.safeParse(JSON.parse(readFileSync(keyFile(folder), 'utf8')));
  return known.success && known.data.tenant_id === tenantId ? known.data.api_key : undefined;
}

const keyFile = (folder: StackFolder): string => join(folder.path, 'demo-key.json');
