import { type Services } from '@caas/composition';
import { type ResourceGuard } from '@caas/gateway-middleware';
import { UserGuard } from './users/user-guard.js';
import { UserReader } from './users/user-reader.js';

/** What decides about users, for whoever asks what may be done with them. */
export default function identityGuards({ mongo }: Services): ResourceGuard[] {
  return [new UserGuard({ users: new UserReader({ mongo }) })];
}
