import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type StackFile } from '@caas/testing/stack';
import { Command } from 'commander';
import { prepareStack, type Prepared, writeDevFile } from '../apps/prepare.js';
import { type AppAddresses, APPS, startApps, stopApps } from '../apps/start-apps.js';
import { buildApps } from '../apps/workspace.js';
import { ensureStack } from '../ensure-stack.js';
import { InterruptedError, ServerError, StackError } from '../errors.js';
import { logTail } from '../processes/log-tail.js';
import { progressView } from '../progress-view.js';
import { type ProcessRecord, processRecords } from '../state/process-records.js';
import { stackFolder } from '../state/stack-folder.js';
import { stopStack } from '../stop-stack.js';
import { watchStack } from '../watch-stack.js';
import { interruption } from './interruption.js';
import { type ClusterOptions, type CommonOptions, nameOption, withClusterOptions } from './options.js';

const POLL_MS = 500;
/** Time in which `stop` has forgotten the apps that it ended. */
const FORGET_MS = 2_000;

/** `caas-stack start`: servers, apps and a demo tenant; stays in the foreground, and takes everything down when it is interrupted. */
export function startCommand(): Command {
  return withClusterOptions(new Command('start'))
    .description('start the servers, the gateway and the worker, with a demo tenant; Ctrl-C stops everything')
    .addOption(nameOption())
    .option('--detach', 'return when everything is ready and leave it running')
    .action(async ({ name, detach, brokers, tls }: CommonOptions & ClusterOptions & { readonly detach?: boolean }) => {
      const { signal, release } = interruption();
      const view = progressView(process.stdout);
      try {
        const cluster = { ...(brokers === undefined ? {} : { brokers }), ...(tls === undefined ? {} : { tls }) };
        const running = await start(name, cluster, signal);
        if (detach === true) return;
        console.log('\nCtrl-C stops everything.');
        const failure = await watch(running, signal);
        if (failure !== undefined && (await stoppedElsewhere(name))) return console.log('\nstopped by caas-stack stop');
        if (failure !== undefined) throw failure;
        console.log('\nstopping');
        await down(name, view);
      } catch (error) {
        await down(name, view);
        throw signal.aborted ? new InterruptedError() : error;
      } finally {
        release();
      }
    });
}

interface Running {
  readonly stack: StackFile;
  readonly apps: readonly ProcessRecord[];
}

async function start(name: string, cluster: ClusterOptions, signal: AbortSignal): Promise<Running> {
  const started = performance.now();
  console.log(`starting CAAS on the local stack "${name}"`);
  const folder = stackFolder(name);
  const building = buildApps(signal).then(() => console.log('  apps      built'));
  building.catch(() => undefined); // awaited below, after the servers
  const stack = await ensureStack({ name, ...cluster, onProgress: progressView(process.stdout), signal });
  await building;
  const prepared = await prepareStack(folder, stack, signal);
  console.log(`  tenant    ${prepared.tenantId}`);
  const { records, addresses } = await startApps(folder, {
    envOf: prepared.envOf,
    signal,
    onReady: (app, url) => console.log(`  ${app.padEnd(9)} ready at ${url}`),
  });
  writeDevFile('dev.json', `${JSON.stringify(devFile(stack, prepared, addresses), null, 2)}\n`);
  console.log(await welcome(prepared, addresses, Math.round((performance.now() - started) / 1_000)));
  return { stack, apps: records };
}

/** Stops the apps first: they finish their work while the servers are still there. */
async function down(name: string, view: ReturnType<typeof progressView>): Promise<void> {
  for (const app of await stopApps(stackFolder(name))) console.log(`  ${app} stopped`);
  await stopStack(name, { onProgress: view });
}

async function watch({ stack, apps }: Running, signal: AbortSignal): Promise<StackError | undefined> {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  try {
    return await Promise.race([watchStack(stack, until), watchApps(apps, until)]);
  } finally {
    ended.abort();
  }
}

/** Whether the apps were stopped on purpose: `stop` forgets them, a crash leaves them in the journal. */
async function stoppedElsewhere(name: string): Promise<boolean> {
  await sleep(FORGET_MS);
  return !processRecords(stackFolder(name).processes).some(({ server }) => APPS.some((app) => app === server));
}

async function watchApps(apps: readonly ProcessRecord[], signal: AbortSignal): Promise<StackError | undefined> {
  while (!signal.aborted) {
    const dead = apps.find((app) => !isRunning(app));
    if (dead !== undefined) {
      return new ServerError(dead.server, `${dead.name} has stopped unexpectedly`, { logFile: dead.log, logTail: logTail(dead.log) });
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined); // rejects when aborted, which the loop sees
  }
  return undefined;
}

function devFile(stack: StackFile, { tenantId, apiKey }: Prepared, addresses: AppAddresses) {
  return {
    gateway_url: addresses.gatewayUrl,
    metrics_url: addresses.metricsUrl,
    worker_metrics_url: addresses.workerMetricsUrl,
    docs_url: `${addresses.gatewayUrl}/docs`,
    registry_url: stack.registry_url,
    mongodb_uri: stack.mongodb_uri,
    redis_url: stack.redis_url,
    kafka: { brokers: stack.kafka.brokers, sasl: stack.kafka.sasl },
    tenant_id: tenantId,
    api_key: apiKey,
  };
}

/** What a person needs next; the two lines work as they are, because what they name is made here. */
async function welcome({ tenantId, apiKey }: Prepared, { gatewayUrl, metricsUrl }: AppAddresses, seconds: number): Promise<string> {
  const { userId, conversationId } = await sampleConversation(gatewayUrl, apiKey);
  const headers = `-H 'X-API-Key: ${apiKey}' -H 'X-Act-As-User: ${userId}'`;
  return `
ready after ${seconds} s

  API       ${gatewayUrl}
  docs      ${gatewayUrl}/docs
  metrics   ${metricsUrl}/metrics
  tenant    ${tenantId}
  API key   ${apiKey}

send a message, and read it back:

  curl -s -X POST ${gatewayUrl}/v1/conversations/${conversationId}/messages ${headers} -H 'Content-Type: application/json' -H 'Prefer: wait=5' -d '{"type":"text","content":{"text":"Hello"}}'
  curl -s ${gatewayUrl}/v1/conversations/${conversationId}/messages ${headers}`;
}

/** Two users and their conversation, the same ones at every start. */
async function sampleConversation(gatewayUrl: string, apiKey: string): Promise<{ userId: string; conversationId: string }> {
  const call = async (method: string, path: string, body?: object): Promise<{ status: number; json: Record<string, string> }> => {
    const response = await fetch(gatewayUrl + path, {
      method,
      headers: { 'x-api-key': apiKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Record<string, string> };
  };
  const user = async (externalId: string, displayName: string): Promise<string> => {
    const made = await call('POST', '/v1/users', { external_id: externalId, display_name: displayName });
    const found = made.status === 409 ? await call('GET', `/v1/users/ext:${externalId}`) : made;
    return required(found.json, 'user_id');
  };
  const [ada, grace] = [await user('ada', 'Ada'), await user('grace', 'Grace')];
  const conversation = await call('POST', '/v1/conversations', { type: 'direct', member_ids: [ada, grace] });
  return { userId: ada, conversationId: required(conversation.json, 'conversation_id') };
}

function required(json: Record<string, string>, field: string): string {
  const value = json[field];
  if (value === undefined) throw new StackError(`The gateway answered unexpectedly: ${JSON.stringify(json)}`);
  return value;
}
