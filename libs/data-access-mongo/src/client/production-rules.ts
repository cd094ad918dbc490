import { type MongoClient } from 'mongodb';
import { ConfigError } from '@caas/runtime';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type MongoConfig } from './mongo-config.js';

/** How a client reaches its server. */
export interface ConnectionSecurity {
  readonly tls: boolean;
  /** Certificate and name of the server are checked. */
  readonly verified: boolean;
  /** It logs in. */
  readonly authenticated: boolean;
}

/** What a client was told, by configuration and connection string together. */
export function securityOf({ options }: MongoClient): ConnectionSecurity {
  return {
    tls: options.tls === true,
    verified: options.rejectUnauthorized !== false && options.checkServerIdentity === undefined,
    authenticated: options.credentials !== undefined,
  };
}

/** What production refuses, whatever else works. Throws one `ConfigError` with all of it. */
export function checkProduction(
  config: MongoConfig,
  { capabilities, security }: { capabilities: ServerCapabilities; security: ConnectionSecurity },
): void {
  if (config.NODE_ENV !== 'production') return;
  const problems: { variable: string; problem: string }[] = [];
  const refuse = (problem: string): void => void problems.push({ variable: 'MONGODB_URI', problem });
  if (!capabilities.transactions) refuse('names a server without transactions; production needs a replica set');
  if (!security.tls) refuse('connects without TLS; add tls=true');
  if (!security.verified) refuse('does not verify the server; remove tlsInsecure and tlsAllowInvalid…');
  if (!security.authenticated) refuse('names no user; production has no anonymous access');
  if (config.SECRET_ENCRYPTION_KEY === undefined) {
    problems.push({ variable: 'SECRET_ENCRYPTION_KEY', problem: 'is required: page cursors of one instance must fit all others' });
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
