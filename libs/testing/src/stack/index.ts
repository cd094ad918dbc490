/**
 * The running servers that integration specs talk to.
 *
 * - **stack**: MongoDB, Kafka, schema registry and Redis that were started together under one name (`@caas/local-stack`), or external ones.
 * - **stack file**: `stack.json`, how to reach them.
 * - **drill**: a spec that freezes or kills a server on purpose.
 */
export { stack, StackNotRunningError } from './stack.js';
export { externalServers, type ExternalServers } from './external-servers.js';
export {
  caasHome,
  readStackFile,
  SERVICES,
  stackFile,
  stackFilePath,
  type KafkaCredentials,
  type KafkaService,
  type StackFile,
  type StackProcess,
} from './stack-file.js';
export { serverVariables } from './server-variables.js';
export { identityOf, isRunning, type ProcessRef } from './process-identity.js';
export { freeze, killAfter, thaw, type DrillOptions, type DrillTarget } from './drills.js';
