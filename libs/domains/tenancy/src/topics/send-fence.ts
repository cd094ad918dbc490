import { type FencedTenant, type SendFence, type SendingTenant } from '@caas/runtime';
import { type SharedTenantFence } from '../migration/shared-tenant-fence.js';
import { FIRST_EPOCH } from './topics-of.js';

/** The board on which fences around the sends of tenants are announced. */
export const SEND_FENCE_BOARD = 'tenant-sends';

/** The fence of what a process sends, on a shared fence of its own: the same protocol as for data, by the epoch of the topics. */
export function sendFence(fence: SharedTenantFence): SendFence {
  return {
    enter: (sending, follows) => {
      const tenant = fencedOf(sending);
      if (follows()) {
        fence.follow(tenant);
        return () => fence.leaveFollowing(tenant);
      }
      fence.enter(tenant);
      return () => fence.leave(tenant);
    },
  };
}

function fencedOf({ tenantId, topics, provisioning = 'ready' }: SendingTenant): FencedTenant {
  return { tenantId, provisioning, isolation: { model: 'shared', epoch: topics?.epoch ?? FIRST_EPOCH } };
}
