import { type Login, type TypedEmitter } from '@caas/runtime';
import { type Consumer, type ConsumerDefinition } from '../consumer/types.js';
import { type DeadLetterTools } from '../dead-letters/types.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { type GroupAdmin } from '../groups/types.js';
import { type Producer } from '../producer/types.js';
import { type Schemas } from '../registry/types.js';
import { type ScramAdministration } from '../security/scram.js';
import { type AclAdmin } from '../security/types.js';
import { type TopicAdmin } from '../topics/types.js';
import { type KafkaEvents } from './types.js';

/** The one Kafka client of a process. */
export interface Kafka {
  readonly events: TypedEmitter<KafkaEvents>;
  readonly topics: TopicAdmin;
  readonly groups: GroupAdmin;
  readonly schemas: Schemas;
  readonly acls: AclAdmin;
  readonly users: ScramAdministration;
  /** The producer of a topic that was named to `connectKafka`; the same one on every call. Throws a `TypeError` for any other. */
  producer<Topic extends TopicDefinition>(topic: Topic): Producer<Topic>;
  /** A member of a consumer group; call its `start`. */
  consumer(definition: ConsumerDefinition): Consumer;
  /**
   * Logs in with other credentials without losing a send: they are tried at every broker first, then each producer, consumer and the admin connection connects
   * anew and lets go of its old connection once the new one stands. Resolves when nothing uses the old ones any more. Rejects with an
   * `UnavailableError` when Kafka refuses them; then everything goes on with the old ones. Calls run one after the other.
   */
  rotate(credentials: Login): Promise<void>;
  /** For operators: looks at dead letters, corrects and replays them. */
  readonly deadLetters: DeadLetterTools;
  /** Answers of the brokers to a metadata request. Rejects with an `UnavailableError` when none comes. */
  health(): Promise<{ readonly brokers: number; readonly controller: number | null }>;
  /**
   * Stops the consumers, then lets the producers send what waits (10 s at most), then disconnects. Idempotent. Records that could not be
   * sent in time are rejected to their senders and counted in the result.
   */
  close(): Promise<{ readonly unsentRecords: number }>;
}
