/**
 * `npm run test:topology [specs…]`: the end-to-end specs against the shape of production, from local processes: three brokers that are also controllers, three copies of
 * everything, TLS with certificates made for this run, SASL and ACLs. The stack is this run's own and is removed afterwards, whatever becomes of it.
 *
 * What this machine cannot have is said, with the reason. Names of specs (`messages`, `events`) run only those.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const name = `topology-${process.pid}`;
const env = {
  ...process.env,
  CAAS_STACK_NAME: name,
  CAAS_TEST_KIND: 'e2e',
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  // Its servers are its own, also on a machine that has others in its environment.
  MONGODB_URI: '',
  KAFKA_BROKERS: '',
  SCHEMA_REGISTRY_URL: '',
  REDIS_URL: '',
};
const bin = (command) => join(root, 'node_modules', '.bin', command);

/** Runs a command with its output passed through; resolves with whether it succeeded. */
function run(command, args, cwd = root) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

/** Says what runs, and what of production's shape does not. */
function report() {
  const home = process.env.CAAS_HOME ?? join(homedir(), '.cache', 'caas');
  const { mongodb_kind: kind } = JSON.parse(readFileSync(join(home, 'stacks', name, 'stack.json'), 'utf8'));
  console.log('── topology: three brokers, TLS, SASL and ACLs; one registry, one Redis');
  const reason =
    kind === 'mongod'
      ? 'the local stack starts one member of a replica set'
      : 'there is no real mongod on this machine, and the stand-in cannot replicate (install MongoDB 7.0)';
  console.log(`── skipped, three members of MongoDB: ${reason}`);
}

/** The specs named, else all that run against the stack; those that start stacks or copies of the workspace themselves see nothing of this one. */
function specs(wanted) {
  if (wanted.length > 0) return wanted.map((spec) => `src/${spec}\\.e2e`);
  return ['--testPathIgnorePatterns', 'src/(affected|packages|cluster)\\.e2e'];
}

async function main() {
  const wanted = process.argv.slice(2);
  const built = await run(bin('nx'), ['run-many', '-t', 'build', '-p', 'gateway', 'worker', 'mongo-admin', '--output-style=static']);
  if (!built) return false;
  try {
    if (!(await run(bin('caas-stack'), ['up', '--brokers', '3', '--tls']))) return false;
    report();
    const jest = ['--experimental-vm-modules', '--no-warnings', join(root, 'node_modules/jest/bin/jest.js')];
    return await run(
      process.execPath,
      [...jest, '--config', '../../jest.config.mjs', '--rootDir', '.', ...specs(wanted)],
      join(root, 'tools/e2e'),
    );
  } finally {
    await run(bin('caas-stack'), ['down', '--delete-data']);
  }
}

// The command that runs is interrupted as well; what has to be removed is, once it has ended.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.exitCode = (await main()) ? 0 : 1;
