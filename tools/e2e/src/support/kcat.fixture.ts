import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { type KafkaCredentials, type StackFile } from '@caas/testing/stack';

/** Why kcat cannot be used here; `undefined` when it can. */
export function noKcat(): string | undefined {
  try {
    execFileSync('kcat', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'kcat is not on PATH (Debian: apt-get install kcat)';
  }
}

export interface KcatOptions {
  readonly stack: StackFile;
  /** Where the file with the credentials is written. */
  readonly folder: string;
  readonly login: KafkaCredentials;
  /** What the brokers of the stack speak unless given. */
  readonly protocol?: 'sasl_ssl' | 'sasl_plaintext';
}

/** What kcat, which shares no code with us, makes of a topic: the value of its first record, or what it says instead. */
export async function kcatFirst(topic: string, options: KcatOptions): Promise<{ value: Buffer; said: string }> {
  const { stack, folder, login, protocol = stack.kafka.tls === undefined ? 'sasl_plaintext' : 'sasl_ssl' } = options;
  const file = join(folder, `${login.username}-${protocol}-${randomUUID()}.conf`);
  const settings = {
    'bootstrap.servers': stack.kafka.brokers.join(','),
    'security.protocol': protocol,
    ...(protocol === 'sasl_ssl' ? { 'ssl.ca.location': stack.kafka.tls?.ca_file ?? '' } : {}),
    'sasl.mechanisms': 'SCRAM-SHA-512',
    'sasl.username': login.username,
    'sasl.password': login.password,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 }); // everybody can read the arguments of a process
  const args = ['-F', file, '-C', '-t', topic, '-o', 'beginning', '-c', '1', '-e', '-m', '10', '-D', ''];
  return new Promise((resolve) => {
    execFile('kcat', args, { encoding: 'buffer', timeout: 20_000, killSignal: 'SIGKILL' }, (_, stdout, stderr) =>
      resolve({ value: stdout, said: stderr.toString() }),
    );
  });
}

/** kcat reads framed values of a topic as who may read it; somebody else, and a wrong password, are refused by name and get nothing. */
export async function expectKcatReads(
  topic: string,
  { as, not, schema, ...where }: Pick<KcatOptions, 'stack' | 'folder'> & { as: KafkaCredentials; not: KafkaCredentials; schema: string },
): Promise<void> {
  const read = (login: KafkaCredentials) => kcatFirst(topic, { ...where, login });
  const { value, said } = await read(as);
  expect({ bytes: value.length > 5, said: value.length > 5 ? '' : said }).toEqual({ bytes: true, said: '' });
  expect(value.readUInt8(0)).toBe(0); // Confluent's magic byte, then the id of a schema
  const registered = await fetch(`${where.stack.registry_url}/schemas/ids/${value.readUInt32BE(1)}`);
  expect(await registered.json()).toMatchObject({ schema: expect.stringContaining(schema) as unknown });

  const [forbidden, unknown] = await Promise.all([read(not), read({ ...as, password: 'guessed' })]);
  expect([forbidden.value.length, unknown.value.length]).toEqual([0, 0]);
  expect(forbidden.said).toMatch(/topic authorization failed/i);
  expect(unknown.said).toMatch(/authentication failed/i);
}

/** The credentials of a service, as they are published now. */
export function loginOf({ kafka: { logins } }: StackFile, service: 'gateway' | 'worker'): KafkaCredentials {
  return JSON.parse(readFileSync(logins?.[service] ?? '', 'utf8')) as KafkaCredentials;
}
