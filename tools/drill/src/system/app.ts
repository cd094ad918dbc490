import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@caas/local-stack';
import { AppProcess } from '@caas/testing/processes';
import { type Links } from './links.js';

const HOST = '127.0.0.1';
const REDIRECT = fileURLToPath(new URL('../../bin/redirect.mjs', import.meta.url));

export interface StartOptions {
  readonly name: string;
  /** Folder with `apps/` in it: the workspace, or a copy that was broken on purpose. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Links that the process goes through, where the drill makes them fail. */
  readonly links?: Links | undefined;
}

/** A built gateway or worker that runs. */
export interface App {
  readonly kind: 'gateway' | 'worker';
  /** `gateway-1`: unique among the apps of a drill. */
  readonly name: string;
  readonly process: AppProcess;
  /** Where it answers `/ready`; for a gateway the public API. */
  readonly url: string;
  readonly metricsUrl: string;
  readonly links: Links | undefined;
}

/** Starts a built app; resolves when the process runs, ready or not. */
export async function startApp(kind: App['kind'], { name, root, env, links }: StartOptions): Promise<App> {
  const port = await freePort(new Set());
  const metricsPort = await freePort(new Set([port]));
  const own = { HOST, PORT: String(port), METRICS_HOST: HOST, METRICS_PORT: String(metricsPort) };
  const redirected: Record<string, string> = links === undefined ? {} : { CAAS_DRILL_LINKS: links.ports };
  const args = [...(links === undefined ? [] : ['--import', REDIRECT]), join(root, 'apps', kind, 'dist', 'main.js')];
  const process_ = new AppProcess(process.execPath, args, { RATE_LIMIT_BYPASS_IPS: HOST, ...env, ...own, ...redirected });
  const metricsUrl = `http://${HOST}:${metricsPort}`;
  return { kind, name, process: process_, url: kind === 'gateway' ? `http://${HOST}:${port}` : metricsUrl, metricsUrl, links };
}
