import { type BackgroundJob, type Services } from '@caas/composition';
import { ApiKeyAnnouncer } from './api-keys/api-key-announcer.js';
import { ApiKeySweep } from './api-keys/api-key-sweep.js';

/** What the worker does for identity by itself: writing down which keys have ended. */
export default function identityJobs({ mongo, redis, outbox, clock, logger }: Services): BackgroundJob[] {
  return [new ApiKeySweep({ mongo, redis, clock, logger, announcer: new ApiKeyAnnouncer({ outbox, clock }) })];
}
