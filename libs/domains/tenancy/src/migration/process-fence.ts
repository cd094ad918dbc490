import { type ProcessFence } from '@caas/composition';
import { FENCE_BOARD } from './fence-notice.js';
import { mongoFenceRecords } from './fence-records.js';
import { SharedTenantFence } from './shared-tenant-fence.js';

/** The fence of this process on the board of the installation, for `connectServices`. One per process. */
export function processFence(): ProcessFence {
  const fence = new SharedTenantFence();
  return {
    enter: (tenant) => fence.enter(tenant),
    leave: (tenant) => fence.leave(tenant),
    connect: ({ mongo, redis, instanceId, logger }) =>
      fence.connect({ board: redis.fenceBoard(FENCE_BOARD), records: mongoFenceRecords(mongo), member: instanceId, logger }),
    close: () => fence.close(),
  };
}
