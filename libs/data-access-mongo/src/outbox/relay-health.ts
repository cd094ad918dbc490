/** `standby`: another process publishes. `waiting_for_log`: Kafka is away, nothing is read. `failing`: it begins again after a pause. */
export type RelayState = 'stopped' | 'standby' | 'active' | 'waiting_for_log' | 'failing';

/** How the relay of this process is doing. */
export interface RelayHealth {
  readonly status: 'healthy' | 'degraded';
  readonly state: RelayState;
  /** Events that wait, counted up to 10 000, and how long the first of them has: as of the last pass. */
  readonly waiting: number;
  readonly oldestSeconds: number;
  /** Keys that wait behind an event that cannot be published, or whose change is under way. */
  readonly blocked: number;
}
