import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { externalServers } from '@caas/testing/stack';
import { ensureArtifact } from '../../artifacts/artifact-store.js';
import { requireJava } from '../../machine/java-tools.js';
import { REGISTRY, REGISTRY_JAR, REGISTRY_VERSION } from '../../versions.js';
import { external, javaOptions, portOf, QUICK_START, withoutPassword, type Server, type ServerContext } from '../server.js';
import { pingRegistry, setBackwardCompatibility } from './registry-api.js';

/** Megabytes. */
const HEAP = 300;

/**
 * Schema registry: external by `SCHEMA_REGISTRY_URL`, else Apicurio with its Confluent API. Its schemas are kept in a file, since
 * records in Kafka name them by number: a registry that forgets would give old numbers to new schemas.
 */
export async function registryServer(context: ServerContext): Promise<Server> {
  const { registry_url: url } = externalServers(context.env);
  if (url !== undefined) {
    return {
      ...external,
      name: 'registry',
      choice: `external, SCHEMA_REGISTRY_URL = ${withoutPassword(url)}`,
      ping: () => pingRegistry(url),
      address: () => ({ registry_url: url }),
    };
  }
  const localUrl = (): string => `http://127.0.0.1:${portOf(context, 'registry')}/apis/ccompat/v7`;
  const data = join(context.folder.data, 'registry');
  return {
    name: 'registry',
    kind: 'apicurio',
    choice: `Apicurio registry ${REGISTRY_VERSION}, Confluent API, BACKWARD compatibility`,
    startsEmpty: false,
    processes: ['registry'],
    extraPorts: [],
    prepare: async () => {
      await requireJava(context.env);
      await ensureArtifact(context.folder.artifacts, REGISTRY, context);
      mkdirSync(data, { recursive: true });
    },
    command: () => ({
      command: 'java',
      args: [
        ...javaOptions(HEAP),
        ...QUICK_START,
        `-Dquarkus.http.port=${portOf(context, 'registry')}`,
        '-jar',
        join(context.folder.artifacts, REGISTRY.folder, REGISTRY_JAR),
      ],
      env: { QUARKUS_HTTP_HOST: '127.0.0.1', REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${join(data, 'registry')}` },
    }),
    configure: () => setBackwardCompatibility(localUrl()),
    ping: () => pingRegistry(localUrl()),
    address: () => ({ registry_url: localUrl() }),
  };
}
