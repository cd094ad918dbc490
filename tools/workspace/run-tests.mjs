/**
 * `npm test`: everything that has to hold on a clean clone, in the order in which it fails fastest.
 *
 *   format, generated files → lint, types, unit, build → servers → integration → end to end → counts
 *
 * The servers are the local stack named `test`; it is started when it is not running, and stopped again if this run started it.
 * With CAAS_SECOND_MONGODB naming a folder with start.sh and stop.sh (a second MongoDB to hold the data suites against), the
 * integration suites of data-access-mongo run once more there.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const STACK = 'test';
/** A stage that takes longer hangs: a spec left something open. */
const STAGE_TIMEOUT_MS = 40 * 60_000;
const root = join(import.meta.dirname, '..', '..');
const env = { ...process.env, CAAS_STACK_NAME: STACK, NX_DAEMON: process.env.NX_DAEMON ?? 'false', NX_TUI: 'false' };
const failures = [];

/** Runs a command with its output passed through; resolves with whether it succeeded. */
function run(command, args, extraEnv = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...env, ...extraEnv },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: STAGE_TIMEOUT_MS,
    });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
}

/** Runs a stage; a failing one is remembered and the later stages of the same kind still run. */
async function stage(name, command, args, extraEnv) {
  const started = Date.now();
  console.log(`\n── ${name}`);
  const passed = await run(command, args, extraEnv);
  console.log(`── ${name}: ${passed ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`);
  if (!passed) failures.push(name);
  return passed;
}

const bin = (name) => join(root, 'node_modules', '.bin', name);
const nx = (...args) => [bin('nx'), args];

/** The folders of all projects that left results. */
function outputFolders() {
  return ['apps', 'libs', 'libs/domains', 'tools']
    .flatMap((group) => readdirSync(join(root, group)).map((project) => join(root, group, project, 'test-output')))
    .filter((folder) => existsSync(folder));
}

/** What Jest wrote for each project and kind of spec. */
function readResults() {
  const files = outputFolders().flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return files.filter((name) => name.endsWith('.json')).map((file) => JSON.parse(readFileSync(file, 'utf8')));
}

/** Adds up results. */
function countTests(results) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const result of results) {
    totals.passed += result.numPassedTests;
    totals.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    totals.skipped += result.numPendingTests + result.numTodoTests;
  }
  return totals;
}

const FAILURE_LINES = 12;

/** The failed tests, each with the beginning of its message: so that the end of a log says what to mend. */
function describeFailures(results) {
  const suites = results.flatMap(({ testResults }) => testResults).filter(({ status }) => status === 'failed');
  return suites.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const file = relative(root, name);
    if (failed.length === 0) return [`${file}\n${beginningOf(message)}`];
    return failed.map(({ fullName, failureMessages }) => `${file} › ${fullName}\n${beginningOf(failureMessages.join('\n'))}`);
  });
}

function beginningOf(message) {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, FAILURE_LINES);
  return lines.map((line) => `    ${line}`).join('\n');
}

function clearOutputs() {
  for (const folder of outputFolders()) rmSync(folder, { recursive: true });
}

async function againstSecondMongo() {
  const folder = process.env.CAAS_SECOND_MONGODB;
  if (folder === undefined || !existsSync(join(folder, 'start.sh'))) return;
  let uri;
  try {
    uri = execFileSync('bash', [join(folder, 'start.sh')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
      .trim()
      .split('\n')
      .at(-1);
  } catch (error) {
    if (error.status === 3) return console.log('── second MongoDB: skipped, it cannot run on this machine');
    failures.push('second MongoDB');
    return;
  }
  const project = join(root, 'libs', 'data-access-mongo');
  const first = join(project, 'test-output', 'int.json');
  if (existsSync(first)) renameSync(first, join(project, 'test-output', 'int-first.json')); // both runs count
  try {
    await stage(
      'data-access-mongo against the second MongoDB',
      ...nx('run', 'data-access-mongo:test-int', '--skipNxCache', '--excludeTaskDependencies'),
      {
        MONGODB_URI: uri,
      },
    );
  } finally {
    execFileSync('bash', [join(folder, 'stop.sh')]);
  }
}

async function withServers() {
  await stage('integration', ...nx('run-many', '-t', 'test-int', '--parallel=1', '--output-style=static'));
  await againstSecondMongo();
  await stage('end to end', ...nx('run-many', '-t', 'e2e', '--parallel=1', '--output-style=static'));
}

async function main() {
  clearOutputs();
  await stage('format', bin('prettier'), ['--check', '--log-level=warn', '.']);
  await stage('generated files', ...nx('sync:check'));
  await stage(
    'lint, types, unit, build',
    ...nx('run-many', '-t', 'lint', 'typecheck', 'test', 'build', '--parallel=2', '--output-style=static'),
  );
  const wasUp = await run(bin('caas-stack'), ['status', '--json']);
  if (await stage('servers', bin('caas-stack'), ['up'])) {
    try {
      await withServers();
    } finally {
      if (!wasUp) await run(bin('caas-stack'), ['down']);
    }
  }
  const results = readResults();
  const { passed, failed, skipped } = countTests(results);
  const total = Math.max(failed, failures.length);
  for (const failure of describeFailures(results)) console.log(`\n✕ ${failure}`);
  if (failures.length > 0) console.log(`\nFailed: ${failures.join('; ')}`);
  console.log(`\n${passed} passed, ${total} failed, ${skipped} skipped`);
  process.exitCode = failures.length > 0 || failed > 0 || passed === 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
await main();
