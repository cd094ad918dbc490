import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const credentials = z.object({ username: z.string(), password: z.string() });

/** Who has a Kafka user of their own; the operator's command line is the provisioner. */
export const SERVICES = ['gateway', 'worker', 'provisioner'] as const;
export type KafkaService = (typeof SERVICES)[number];

/** One operating system process of a stack. A server may have several (three Kafka brokers). */
const stackProcess = z.object({
  /** Unique in the stack: `kafka-1`, `redis`. */
  name: z.string(),
  /** The apps are listed in the journal of processes only, never in `stack.json`. */
  server: z.enum(['mongodb', 'kafka', 'registry', 'redis', 'gateway', 'worker']),
  pid: z.int().positive(),
  identity: z.string(),
  log: z.string(),
});

/**
 * `stack.json`: how to reach a running stack. Written by `@caas/local-stack` when every server answers, removed when the
 * stack stops, mode 0600 because it holds passwords.
 */
export const stackFile = z.object({
  name: z.string(),
  mongodb_uri: z.string(),
  mongodb_kind: z.enum(['mongod', 'mongo-java-server', 'external']),
  redis_url: z.string(),
  /** Base URL of the Confluent API, without a trailing slash. */
  registry_url: z.string(),
  kafka: z.object({
    brokers: z.array(z.string()).min(1),
    /** The super user. Absent when an external cluster is used without SASL. */
    sasl: credentials.extend({ mechanism: z.literal('scram-sha-512') }).optional(),
    /** There when the brokers speak TLS; without a file the system's authorities are trusted. */
    tls: z.object({ ca_file: z.string().optional() }).optional(),
    /** Files with the credentials of each service, who may do what its ACLs say. An external cluster has one user for all, `sasl`. */
    logins: z.object({ gateway: z.string(), worker: z.string(), provisioner: z.string() }).optional(),
  }),
  /** Empty for external servers. */
  processes: z.array(stackProcess),
});

export type StackFile = z.infer<typeof stackFile>;
export type StackProcess = z.infer<typeof stackProcess>;

/** Name and password of a Kafka user. */
export type KafkaCredentials = z.infer<typeof credentials>;

/** Where downloads and stacks live: `CAAS_HOME`, else `~/.cache/caas`. */
export function caasHome(env: NodeJS.ProcessEnv = process.env): string {
  return env['CAAS_HOME'] ?? join(homedir(), '.cache', 'caas');
}

/** Where the stack of that name keeps its `stack.json`, whether it runs or not. */
export function stackFilePath(name: string, env: NodeJS.ProcessEnv = process.env): string {
  return join(caasHome(env), 'stacks', name, 'stack.json');
}

/** The stack's file, or `undefined` when there is none. Throws when a file is there but cannot be understood. */
export function readStackFile(path: string): StackFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = stackFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is not a stack file of this version: ${z.prettifyError(parsed.error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
