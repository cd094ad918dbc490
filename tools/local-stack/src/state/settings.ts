import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { StackError } from '../errors.js';
import { writePrivateFile } from './write-file.js';

const settings = z.object({
  ports: z.record(z.string(), z.int()),
  kafka: z.object({
    cluster_id: z.string(),
    /** How many brokers its data belongs to. */
    brokers: z.int().positive().default(1),
    /** Whether clients and brokers speak TLS. */
    tls: z.boolean().default(false),
    passwords: z.object({ admin: z.string(), gateway: z.string(), worker: z.string(), provisioner: z.string() }),
  }),
});

/** What a stack keeps between two starts: its ports (by process name) and the passwords that its data was made with. */
export type Settings = z.infer<typeof settings>;

/**
 * Reads a stack's settings, or makes them with random passwords. The caller holds the stack's lock. Throws {@link StackError} when they cannot
 * be understood; nothing is thrown away unasked, since the stack's data is lost without them.
 */
export function loadSettings(path: string): Settings {
  if (existsSync(path)) return parseSettings(path);
  const fresh: Settings = {
    ports: {},
    kafka: {
      brokers: 1,
      tls: false,
      cluster_id: clusterId(),
      passwords: { admin: password(), gateway: password(), worker: password(), provisioner: password() },
    },
  };
  saveSettings(path, fresh);
  return fresh;
}

function parseSettings(path: string): Settings {
  try {
    return settings.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new StackError(`${path} cannot be understood. Start over with: caas-stack down --delete-data`, { cause });
  }
}

/** Writes settings so that only their owner may read them. */
export function saveSettings(path: string, value: Settings): void {
  writePrivateFile(path, JSON.stringify(value, null, 2));
}

/** Kafka's own form: 22 characters of URL-safe base64, the first no hyphen, which its tools would take for an option. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}

/** 144 random bits in characters that need no quoting in a JAAS line, a URL or a shell. */
function password(): string {
  return randomBytes(18).toString('hex');
}
