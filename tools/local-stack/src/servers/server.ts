import type { StackFile } from '@caas/testing/stack';
import type { ServerName } from '../errors.js';
import type { StackListener } from '../events.js';
import type { SpawnRequest } from '../processes/spawn-server.js';
import type { Settings } from '../state/settings.js';
import type { StackFolder } from '../state/stack-folder.js';

/** What every server is built from. */
export interface ServerContext {
  readonly folder: StackFolder;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly listener: StackListener;
  readonly signal: AbortSignal;
  /** The variant that runs already, if the server's processes do. */
  readonly runningKind: string | undefined;
}

/** One server of the stack, chosen but not necessarily running. */
export interface Server {
  readonly name: ServerName;
  /** One line for the user: which server and why. */
  readonly choice: string;
  /** Which variant; `external` for one that somebody else runs. */
  readonly kind: string;
  /** Begins empty at each start although data of others refers to its own: the whole stack then starts empty with it. */
  readonly startsEmpty: boolean;
  /** Names of its processes, none for an external server. Each has a port of the same name in the settings. */
  readonly processes: readonly string[];
  /** Further ports that it listens on, by name. */
  readonly extraPorts: readonly string[];
  /** Downloads and writes what a start needs, idempotent. The ports in the settings are final by then. */
  prepare(): Promise<void>;
  /** How to run one of its processes; after {@link prepare}. */
  command(process: string): Pick<SpawnRequest, 'command' | 'args' | 'env'>;
  /** Runs once after its processes answer for the first time: what can only be set on a running server. Idempotent. */
  configure(): Promise<void>;
  /** Asks one of its processes (an external server: any) something in its own protocol; rejects within 3 s if there is no answer. */
  ping(process?: string): Promise<void>;
  /** Its part of `stack.json`. */
  address(): Partial<StackFile>;
}

/** How long any one ping may take. */
export const PING_TIMEOUT_MS = 3_000;

/** Does nothing: for servers that need no such step. */
export const nothing = async (): Promise<void> => {};

/** The parts of a {@link Server} that are the same for all external ones. */
export const external = {
  kind: 'external',
  startsEmpty: false,
  processes: [],
  extraPorts: [],
  prepare: nothing,
  configure: nothing,
  command: (process: string) => {
    throw new Error(`${process} is external and has no command`);
  },
} as const;

/** The port of a process; it has been assigned when the settings are complete. */
export function portOf({ settings }: Pick<ServerContext, 'settings'>, name: string): number {
  const port = settings.ports[name];
  if (port === undefined) throw new Error(`No port has been assigned to ${name}`);
  return port;
}

/** `java` options of all servers here: a small machine, a quick start, a heap of a stated size. */
export function javaOptions(heapMegabytes: number): string[] {
  return [`-Xmx${heapMegabytes}m`, '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError'];
}

/** Compile with C1 only: starts sooner, peaks lower. For servers whose speed is not what anyone measures. */
export const QUICK_START = ['-XX:TieredStopAtLevel=1'] as const;

/** An address without the password in it, for messages. */
export function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//***@');
}
