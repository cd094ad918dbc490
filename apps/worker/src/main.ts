import { ConfigError, loadConfig, serviceRules } from '@caas/runtime';
import { startWorker } from './app.js';
import { WORKER_CONFIG } from './worker-config.js';

try {
  const { lifecycle, failed } = await startWorker(loadConfig(WORKER_CONFIG, process.env, serviceRules));
  lifecycle.bindSignals();
  await failed;
  await lifecycle.stop('a consumer cannot go on');
  process.exit(1);
} catch (error) {
  const text =
    error instanceof ConfigError ? error.message : `The worker could not start: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
