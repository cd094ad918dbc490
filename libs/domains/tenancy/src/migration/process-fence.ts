import { type ProcessFence } from '@caas/composition';
import { FENCE_BOARD } from './fence-notice.js';
import { mongoFenceRecords } from './fence-records.js';
import { sendFence, SEND_FENCE_BOARD } from '../topics/send-fence.js';
import { topicsEpochOf } from '../topics/topics-of.js';
import { SharedTenantFence } from './shared-tenant-fence.js';

/** The fences of this process on the boards of the installation, for `connectServices`. One per process. */
export function processFence(): ProcessFence {
  const fence = new SharedTenantFence();
  const sends = new SharedTenantFence();
  return {
    sends: sendFence(sends),
    enter: (tenant) => fence.enter(tenant),
    leave: (tenant) => fence.leave(tenant),
    connect: async ({ mongo, redis, instanceId: member, logger }) => {
      await fence.connect({ board: redis.fenceBoard(FENCE_BOARD), records: mongoFenceRecords(mongo), member, logger });
      const records = mongoFenceRecords(mongo, topicsEpochOf);
      await sends.connect({ board: redis.fenceBoard(SEND_FENCE_BOARD), records, member, logger });
    },
    close: async () => {
      await fence.close();
      await sends.close();
    },
  };
}
