import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  readonly protocol?: 'sasl_ssl' | 'sasl_plaintext';
}

/** What kcat, which shares no code with us, makes of a topic: the value of its first record, or what it says instead. */
export async function kcatFirst(topic: string, options: KcatOptions): Promise<{ value: Buffer; said: string }> {
  const { stack, folder, login, protocol = 'sasl_ssl' } = options;
  const file = join(folder, `${login.username}-${protocol}.conf`);
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

/** The credentials of a service, as they are published now. */
export function loginOf({ kafka: { logins } }: StackFile, service: 'gateway' | 'worker'): KafkaCredentials {
  return JSON.parse(readFileSync(logins?.[service] ?? '', 'utf8')) as KafkaCredentials;
}
