import { ConfigError, loadConfig } from '@caas/runtime';
import { startGateway } from './app.js';
import { GATEWAY_CONFIG, gatewayRules } from './gateway-config.js';

try {
  const { lifecycle } = await startGateway(loadConfig(GATEWAY_CONFIG, process.env, gatewayRules));
  lifecycle.bindSignals();
} catch (error) {
  const text =
    error instanceof ConfigError ? error.message : `The gateway could not start: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
