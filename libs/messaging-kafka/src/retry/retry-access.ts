import { type ParkedKeys } from './parked-keys.js';
import { type RetryPolicy } from './policy.js';
import { type RetryForwarder } from './retry-forwarder.js';

/** What a group with retry topics has of them; shared by its consumer of source topics and its retry consumer in one process. */
export interface RetryAccess {
  readonly policy: RetryPolicy;
  readonly parked: ParkedKeys;
  readonly forwarder: Pick<RetryForwarder, 'forward'>;
}
