import { type CheckResult, type HealthRegistry, type HealthReport } from '../health/health-registry.js';

/** The answer to a probe: HTTP status and JSON body. */
export interface ProbeAnswer {
  readonly status: 200 | 503;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What only operators see, beside the checks. */
export interface ProbeDetails {
  readonly version: string;
  readonly commit: string;
  /** Requests being worked on; absent in processes without any. */
  readonly inFlight?: () => number;
  /** What the database server lacks. */
  readonly capabilities: () => readonly string[];
}

/** `/health`: whether the process is alive. Touches no dependency. */
export function liveness(health: HealthRegistry): ProbeAnswer {
  const status = health.draining ? 'shutting_down' : 'ok';
  return { status: health.draining ? 503 : 200, body: { status, timestamp: Date.now(), uptime: Math.floor(process.uptime()) } };
}

/** `/ready`: whether the process can do its work. No error texts, hosts or versions. */
export async function readiness(health: HealthRegistry): Promise<ProbeAnswer> {
  const report = await health.report();
  return answer(health, report, { checks: mapChecks(report, publicCheck) });
}

/** `/health/detailed`: errors, capabilities and figures of the process. Never on a public port. */
export async function detailedHealth(health: HealthRegistry, details: ProbeDetails): Promise<ProbeAnswer> {
  const report = await health.report();
  const memory = process.memoryUsage();
  return answer(health, report, {
    checks: mapChecks(report, detailedCheck),
    version: details.version,
    git_commit: details.commit,
    uptime: Math.floor(process.uptime()),
    memory: { used: megabytes(memory.heapUsed), total: megabytes(memory.rss) },
    cpu: { usage: await cpuPercent() },
    event_loop_lag_ms: await eventLoopLagMs(),
    ...(details.inFlight === undefined ? {} : { in_flight: details.inFlight() }),
    capabilities: { missing: details.capabilities() },
  });
}

function answer(health: HealthRegistry, report: HealthReport, body: Readonly<Record<string, unknown>>): ProbeAnswer {
  const status = health.draining ? 'shutting_down' : report.status;
  return { status: status === 'ok' || status === 'degraded' ? 200 : 503, body: { status, timestamp: Date.now(), ...body } };
}

function mapChecks<Shown>(report: HealthReport, show: (result: CheckResult) => Shown): Record<string, Shown> {
  return Object.fromEntries(Object.entries(report.checks).map(([name, result]) => [name, show(result)]));
}

const publicCheck = ({ status, latencyMs }: CheckResult) => ({ status, latency: latencyMs });

const detailedCheck = (result: CheckResult) => ({
  ...publicCheck(result),
  required: result.required,
  last_checked: new Date(result.checkedAt).toISOString(),
  ...(result.error === undefined ? {} : { error: result.error }),
  ...(result.facts === undefined ? {} : { facts: result.facts }),
});

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

/** Time over which the processor's use is measured. */
const CPU_SAMPLE_MS = 100;

/** Share of one core that the process uses, in percent. */
async function cpuPercent(): Promise<number> {
  const before = { usage: process.cpuUsage(), at: performance.now() };
  await new Promise((resolve) => setTimeout(resolve, CPU_SAMPLE_MS));
  const spent = process.cpuUsage(before.usage);
  return Math.round((spent.user + spent.system) / 10 / Math.max(1, performance.now() - before.at));
}

/** How late an immediate comes, in whole milliseconds. */
function eventLoopLagMs(): Promise<number> {
  const started = performance.now();
  return new Promise((resolve) => setImmediate(() => resolve(Math.round(performance.now() - started))));
}
