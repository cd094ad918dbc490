import { type Socket } from 'node:net';
import { type Login } from '@caas/runtime';
import { type RetryPolicy } from '../retry/policy.js';

/** Where Kafka and the registry are and how patient the client is. Times in milliseconds. */
export interface KafkaConfig {
  /** `host:port` of the bootstrap brokers. */
  readonly brokers: readonly string[];
  /** SCRAM-SHA-512; absent means no authentication, which production refuses. */
  readonly sasl?: Login;
  /** TLS 1.2 or newer to the brokers, whose names are checked; `ca` is PEM text of the authority to trust in place of the system's. */
  readonly tls?: boolean | { readonly ca: string };
  readonly registryUrl: string;
  readonly registryAuth?: { readonly username: string; readonly password: string };
  /** Copies of each partition that the topic admin asks for. */
  readonly replicationFactor: number;
  /** Replicas that must hold a record before it is acknowledged; 2 from three replicas on, else 1, unless given. */
  readonly minInsyncReplicas?: number;
  /** How long one request may take before it counts as lost; 5 000 unless given. */
  readonly requestTimeoutMs?: number;
  /** How long connecting to a broker may take; 10 000 unless given. */
  readonly connectionTimeoutMs?: number;
  /** How long a record is tried in total before its sender is told; 10 000 unless given. */
  readonly deliveryTimeoutMs?: number;
  /** Records that may wait for the broker, per lane; 10 000 unless given. More are refused. */
  readonly queueRecordsMax?: number;
  /** Time without a heartbeat after which the group gives a member's partitions away; 10 000 unless given. */
  readonly sessionTimeoutMs?: number;
  /** How often consumers look for new topics of their families; 60 000 unless given. */
  readonly discoveryIntervalMs?: number;
  /** How failed records are tried again; what is left out is as in `RETRY_DEFAULTS`. */
  readonly retry?: Partial<RetryPolicy>;
  /** How often a consumer looks which keys are done in its retry topics, while there are any; 1 000 unless given. */
  readonly releaseIntervalMs?: number;
  /** Opens a TCP connection to a broker, in place of `net.connect`: for tunnels, and for drills that put a faulty link in between. */
  readonly openSocket?: (address: { readonly host: string; readonly port: number }) => Socket;
}

/** `register` at start (provisioner, CI, development), `lookup` only what others registered, or `later` by an explicit call. */
export type SchemaMode = 'register' | 'lookup' | 'later';

/** Connection events of one client, for logs and health. */
export interface KafkaEvents {
  connected: { readonly role: KafkaRole; readonly client: string };
  disconnected: { readonly role: KafkaRole; readonly client: string; readonly error?: unknown };
  /** A producer connection was given up after a request without an answer, and a new one took its place. */
  replaced: { readonly role: KafkaRole; readonly client: string; readonly reason: string };
  /** A consumer cannot go on: the process should exit with a code other than 0. */
  fatal: { readonly group: string; readonly error: unknown };
  /** Every connection now uses other credentials; the old ones may be deleted. */
  rotated: { readonly username: string };
  closed: void;
}

export type KafkaRole = 'producer' | 'consumer' | 'admin';
