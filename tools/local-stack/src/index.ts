/**
 * local-stack → MongoDB, Kafka, schema registry and Redis on this machine
 *
 * - **stack**: one of each of these servers, started together under a name (`dev`, `test`).
 * - **stack file**: `stack.json`, how to reach a running stack; its form belongs to `@caas/testing/stack`.
 * - **external server**: one that somebody else runs, named by its URI in the environment.
 * - **stand-in**: mongo-java-server, used in place of MongoDB where the real one cannot be had.
 */
export { ensureStack, type EnsureStackOptions } from './ensure-stack.js';
export { stopStack, type StoppedStack, type StopStackOptions } from './stop-stack.js';
export { readStack, stackStatus, type ServerStatus, type StackStatus } from './stack-status.js';
export { watchStack } from './watch-stack.js';
export { InterruptedError, ServerError, StackError, type ServerName } from './errors.js';
export type { StackEvent, StackListener } from './events.js';
export type { StackFile, StackProcess } from '@caas/testing/stack';
export { appEnvironment, type KafkaIdentity } from './apps/app-environment.js';
export { APP_NODE_FLAGS } from './apps/start-apps.js';
export { loadAppSecrets, type AppSecrets } from './apps/app-secrets.js';
export { WORKSPACE_ROOT } from './apps/workspace.js';
export { freePort } from './machine/ports.js';
export { stackFolder, type StackFolder } from './state/stack-folder.js';
