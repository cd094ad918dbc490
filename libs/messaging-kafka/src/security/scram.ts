import { InternalError, type Logger, type Login, UnavailableError } from '@caas/runtime';
import { askBroker } from '../client/broker-request.js';
import { type KafkaConfig } from '../client/types.js';
import { tryLogin } from './login-trial.js';
import { alterUsers, describeUsers, salted, type UserResult } from './scram-protocol.js';

/** Kafka's own least number is 4 096. */
export const SCRAM_ITERATIONS = 8_192;
const ACCEPTED_WITHIN_MS = 10_000;

/** The cluster's users and their SCRAM-SHA-512 passwords. Needs Alter on the cluster, and Describe for `users`. */
export interface ScramAdministration {
  /** Names of all users that have a password. */
  users(): Promise<readonly string[]>;
  /** Gives a user a password, whether or not there was one. Resolves when every live broker accepts it; only its salted hash leaves the process. */
  upsert(login: Login): Promise<void>;
  /** Takes a user's password away: no new connection, and old ones end at their next re-authentication. One without is fine. */
  delete(username: string): Promise<void>;
}

/** {@link ScramAdministration} by requests of KIP-554 to the brokers; kafkajs has no calls for them. */
export class KafkaScramAdministration implements ScramAdministration {
  readonly #connection: { config: KafkaConfig; clientId: string; logger: Logger };

  constructor(connection: { config: KafkaConfig; clientId: string; logger: Logger }) {
    this.#connection = connection;
  }

  async users(): Promise<readonly string[]> {
    const users = await askBroker(this.#connection, 'list its users', describeUsers());
    return users.map(({ user }) => user).sort();
  }

  async upsert(login: Login): Promise<void> {
    const upsertion = await salted(login.username, login.password, SCRAM_ITERATIONS);
    const results = await askBroker(this.#connection, 'set a password', alterUsers([], [upsertion]));
    results.forEach(throwFailure);
    await tryLogin(this.#connection, login, ACCEPTED_WITHIN_MS);
  }

  async delete(username: string): Promise<void> {
    const results = await askBroker(this.#connection, 'delete a password', alterUsers([username], []));
    results.filter(({ code }) => code !== RESOURCE_NOT_FOUND).forEach(throwFailure);
  }
}

/** Codes of Kafka's protocol. */
const CLUSTER_AUTHORIZATION_FAILED = 31;
const RESOURCE_NOT_FOUND = 91;
const PASSING = [3, 5, 6, 7, 41]; // no leader, not the controller, timed out

function throwFailure({ user, code, message }: UserResult): void {
  if (code === 0) return;
  const said = `Kafka did not change the password of ${user}: code ${code}${message === undefined ? '' : `, ${message}`}.`;
  if (code === CLUSTER_AUTHORIZATION_FAILED) {
    throw new UnavailableError(said, { retryable: false, details: { reason: 'KAFKA_ACCESS_REFUSED' } });
  }
  throw PASSING.includes(code) ? new UnavailableError(said) : new InternalError(said);
}
