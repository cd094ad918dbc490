import { type Services, type UsageCount } from '@caas/composition';
import { files } from './files/files.collection.js';

/** How many bytes the files of a tenant take; a deleted file takes its place until its blob is gone, and with it the row. */
export default function mediaUsage({ mongo }: Pick<Services, 'mongo'>): UsageCount[] {
  return [
    {
      resource: 'storage_bytes',
      isLowerBound: false,
      count: async (tenant) => {
        const [row] = await mongo
          .inspectTenant(tenant)
          .repository(files)
          .aggregate<{ bytes: number }>([{ $group: { _id: null, bytes: { $sum: '$metadata.size' } } }], {
            includeDeleted: true,
            readFrom: 'primary',
          });
        return row?.bytes ?? 0;
      },
    },
  ];
}
