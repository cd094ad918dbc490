import { type Mongo } from '@caas/data-access-mongo';
import { type Cache, type RedisAccess } from '@caas/data-access-redis';
import { type TenantId } from '@caas/schema';
import { type AdminMembership, adminMemberships } from './admin-memberships.collection.js';
import { platformAdmins } from './platform-admins.collection.js';

/** How long a membership that was changed past this process is believed. */
const TTL_MS = 60_000;
const ENTRIES_MAX = 10_000;

/** What an admin is in a tenant. */
export interface KnownMembership {
  readonly role: AdminMembership['role'];
  /** `area:action` with `*`; a leading `!` denies. */
  readonly permissions: readonly string[];
}

/** Who manages which tenant, cached in this process. */
export class AdminMemberships {
  readonly #mongo: Mongo;
  readonly #cache: Cache<KnownMembership>;

  constructor({ mongo, redis }: { mongo: Mongo; redis: Pick<RedisAccess, 'cache'> }) {
    this.#mongo = mongo;
    this.#cache = redis.cache('admin_memberships', { l1TtlMs: TTL_MS, l1Max: ENTRIES_MAX });
  }

  /** The active membership of an active admin; `undefined` when there is none. Rejects when the store is away. */
  async of(tenantId: TenantId, adminId: string): Promise<KnownMembership | undefined> {
    return this.#cache.wrap(keyOf(tenantId, adminId), async () => {
      const [membership, admin] = await Promise.all([
        this.#mongo
          .platform(adminMemberships)
          .findOne({ tenant_id: tenantId, admin_id: adminId, status: 'active' }, { readFrom: 'primary' }),
        this.#mongo.platform(platformAdmins).find(adminId, { readFrom: 'primary', select: ['status'] }),
      ]);
      if (membership === undefined || admin?.status !== 'active') return undefined;
      return { role: membership.role, permissions: membership.permissions };
    });
  }

  /** Makes every process look again. Call it after each change. Never rejects. */
  async changed(tenantId: TenantId, adminId: string): Promise<void> {
    await this.#cache.delete(keyOf(tenantId, adminId));
  }
}

function keyOf(tenantId: TenantId, adminId: string): string {
  return `${tenantId} ${adminId}`;
}
