import { join } from 'node:path';
import { type ConfigDefinition, ConfigError, type ConfigOf, loadConfig, serviceRules } from '@caas/runtime';
import { type ImageName, WORKSPACE_ROOT } from '../images/image-build.js';

type Rules = (config: never) => { variable: string; problem: string }[];

/** What an app reads of its environment, and what it refuses. */
export interface AppConfiguration {
  readonly definition: ConfigDefinition;
  readonly rules: Rules;
}

const FILES: Readonly<Record<ImageName, { readonly path: string; readonly definition: string; readonly rules?: string }>> = {
  gateway: { path: 'apps/gateway/src/gateway-config', definition: 'GATEWAY_CONFIG', rules: 'gatewayRules' },
  worker: { path: 'apps/worker/src/worker-config', definition: 'WORKER_CONFIG' },
  'mongo-admin': { path: 'apps/mongo-admin/src/admin-config', definition: 'ADMIN_CONFIG' },
};

/** Variables that are read by Node itself. */
export const OF_NODE = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'];
/** Variables that a deployment leaves alone, each for its reason. */
export const NOT_DEPLOYED: Readonly<Record<string, string>> = {
  CAAS_FAULT: 'drills only; production refuses it',
  GIT_COMMIT: 'part of the image',
  SERVICE_VERSION: 'part of the image',
  MONGODB_TLS_CERTIFICATE_KEY_FILE: 'users sign in with SCRAM',
  KAFKA_SASL_USERNAME: 'in KAFKA_SASL_CREDENTIALS_FILE',
  KAFKA_SASL_PASSWORD: 'in KAFKA_SASL_CREDENTIALS_FILE',
  SCHEMA_REGISTRY_USERNAME: 'the registry is reached on the inner network only',
  SCHEMA_REGISTRY_PASSWORD: 'the registry is reached on the inner network only',
};

/** By path, since nobody imports an app. */
export async function configurationOf(image: ImageName): Promise<AppConfiguration> {
  const { path, definition, rules } = FILES[image];
  const module = (await import(join(WORKSPACE_ROOT, `${path}.ts`))) as Record<string, unknown>;
  return { definition: module[definition] as ConfigDefinition, rules: (rules === undefined ? serviceRules : module[rules]) as Rules };
}

/** Variables that are set and that the app does not know. A secret may be set by its file. */
export function unknownVariables({ definition }: AppConfiguration, variables: readonly string[]): string[] {
  const known = new Set(Object.entries(definition).flatMap(([name, { secret }]) => (secret === true ? [name, `${name}_FILE`] : [name])));
  return variables.filter((name) => !known.has(name) && !OF_NODE.includes(name));
}

/** Variables that the app knows and that cannot be set, without those that are not to be. */
export function missingVariables({ definition }: AppConfiguration, variables: readonly string[]): string[] {
  const set = new Set(variables);
  return Object.keys(definition).filter((name) => !set.has(name) && !set.has(`${name}_FILE`) && !(name in NOT_DEPLOYED));
}

/** What a start of the app with this environment complains about. */
export function complaintsOf({ definition, rules }: AppConfiguration, env: Readonly<Record<string, string>>): string[] {
  try {
    loadConfig(definition, env, rules as (config: ConfigOf<ConfigDefinition>) => { variable: string; problem: string }[]);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) => `${variable} ${problem}`);
  }
}
