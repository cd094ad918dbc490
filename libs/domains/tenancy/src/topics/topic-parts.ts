import { type FenceBoard } from '@caas/data-access-redis';
import { type GroupReads, type TopicAdmin, type TopicDefinition } from '@caas/messaging-kafka';

/** What moves of topics need of the process besides what every operation has. */
export interface TopicParts {
  readonly topics: Pick<TopicAdmin, 'apply' | 'untilRead' | 'untilAssigned' | 'removeDedicated'>;
  /** The families of tenants. */
  readonly definitions: readonly TopicDefinition[];
  /** Groups that must have read the old place. Asked when a move begins. */
  readonly groups: () => Promise<readonly GroupReads[]>;
  /** The board of the send fences. */
  readonly board: FenceBoard;
  /** Milliseconds after which every process has read the tenant's record anew; 6 000 unless given, which is longer than any copy of it lives. */
  readonly seenAfterMs?: number;
  /** How long consumers may take to find new topics; 90 000 unless given. */
  readonly readersWithinMs?: number;
  /** How long consumers may take to catch up before senders are held back; 60 000 unless given. */
  readonly readWithinMs?: number;
  /** How long the topics of a tenant that is removed may take to be read to their end; 300 000 unless given. */
  readonly drainMs?: number;
}
