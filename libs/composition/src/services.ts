import { type Mongo } from '@caas/data-access-mongo';
import { type RedisAccess } from '@caas/data-access-redis';
import { type ResourceGuard } from '@caas/gateway-middleware';
import { type Kafka } from '@caas/messaging-kafka';
import {
  type AuditTrail,
  type Clock,
  type FaultHook,
  type Logger,
  type Metrics,
  type Quotas,
  type ReplyChannel,
  type SecretBox,
  type TenantDirectory,
  type TokenMaterial,
} from '@caas/runtime';
import { type Outbox } from './outbox.js';
import { type JobKind } from './job-kind.js';
import { type UsageCount } from './usage-count.js';
import { type UserData } from './user-data.js';

/** Key material of a process, parsed from its configuration. */
export interface Secrets {
  /** HMAC peppers of API keys by kid; the first one signs new keys. */
  readonly apiKeyPeppers: readonly { readonly kid: string; readonly pepper: Buffer }[];
  /** MAC keys of refresh tokens; the first one signs new ones. */
  readonly refreshTokenKeys: readonly Buffer[];
  /** Seals and opens what documents keep in `sealed()` fields. */
  readonly box: SecretBox;
}

/**
 * What a process has at hand: connected clients and the ports between libraries. Created once by the app; routes, consumers and
 * provisioning steps of a module receive it and build their services from it.
 */
export interface Services {
  /** Names this process among its like: `gateway-1f3a…`. */
  readonly instanceId: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** Of processes that issue or verify access tokens. */
  readonly tokens?: TokenMaterial;
  readonly mongo: Mongo;
  readonly redis: RedisAccess;
  readonly kafka: Kafka;
  /** How services tell of what they change. */
  readonly outbox: Outbox;
  readonly tenants: TenantDirectory;
  /** One per process, because it holds leases. */
  readonly quotas: Quotas;
  /** How modules count usage from their rows. Loads them. */
  readonly usageCounts: () => Promise<readonly UsageCount[]>;
  /** What decides about single resources, of all modules. Loads it. */
  readonly resourceGuards: () => Promise<readonly ResourceGuard[]>;
  /** What can be done as a job, of all modules. Loads it. */
  readonly jobKinds: () => Promise<readonly JobKind[]>;
  /** What all modules keep of users, what refers to users before the users. Loads it. */
  readonly userData: () => Promise<readonly UserData[]>;
  /** The security trail. Loads it. */
  readonly auditTrail: () => Promise<AuditTrail>;
  /** Milliseconds between two writings of usage. */
  readonly quotaSyncIntervalMs: number;
  readonly replies: ReplyChannel;
  readonly faults: FaultHook;
}
