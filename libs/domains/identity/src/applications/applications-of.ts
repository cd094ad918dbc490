import { type Services } from '@caas/composition';
import { parseTenantId } from '@caas/schema';
import { type ApiKey } from '../api-keys/api-keys.collection.js';
import { type ApiKeysService } from '../api-keys/api-keys.service.js';
import { RevocationList } from '../revocations/revocation-list.js';
import { ApplicationAnnouncer } from './application-announcer.js';
import { ApplicationDirectory } from './application-directory.js';
import { ApplicationsService } from './applications.service.js';

/** Longer than any session lives. */
const LONGEST_SESSION_MS = 366 * 86_400_000;

/** The applications of a process, with everything that has to hear of their changes. */
export function applicationsOf(
  { mongo, redis, outbox, quotas, clock }: Pick<Services, 'mongo' | 'redis' | 'outbox' | 'quotas' | 'clock'>,
  { keys, onKeyChanged }: { keys: ApiKeysService; onKeyChanged: (key: Pick<ApiKey, 'key_lookup'>) => Promise<void> },
): ApplicationsService {
  const directory = new ApplicationDirectory({ mongo, redis });
  const revocations = new RevocationList({ mongo, redis, clock });
  return new ApplicationsService({
    mongo,
    clock,
    quotas,
    keys,
    announcer: new ApplicationAnnouncer({ outbox, clock }),
    onChanged: async ({ app_id }, ofApplication) => {
      await Promise.all([directory.changed(app_id), ...ofApplication.map(onKeyChanged)]);
    },
    revokeTokens: ({ app_id: id, tenant_id }, by) =>
      revocations.revoke({
        kind: 'app',
        id,
        tenantId: parseTenantId(tenant_id),
        reason: 'admin_action',
        by,
        until: new Date(clock.now() + LONGEST_SESSION_MS),
      }),
  });
}
