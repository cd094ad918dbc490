import { ConfigError } from '@caas/runtime';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type MongoConfig } from './mongo-config.js';

/** What production refuses, whatever else works. Throws one `ConfigError` with all of it. */
export function checkProduction(config: MongoConfig, server: { capabilities: ServerCapabilities; tls: boolean }): void {
  if (config.NODE_ENV !== 'production') return;
  const problems: { variable: string; problem: string }[] = [];
  if (!server.capabilities.transactions) {
    problems.push({ variable: 'MONGODB_URI', problem: 'names a server without transactions; production needs a replica set' });
  }
  if (!server.tls) problems.push({ variable: 'MONGODB_URI', problem: 'connects without TLS; add tls=true' });
  if (config.SECRET_ENCRYPTION_KEY === undefined) {
    problems.push({ variable: 'SECRET_ENCRYPTION_KEY', problem: 'is required: page cursors of one instance must fit all others' });
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
