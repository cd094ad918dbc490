import { type TenantContext } from '@caas/runtime';
import { SeedContext, type SeedContextOptions } from './seed-context.js';
import { type SeedRange } from './seed-profile.js';

export interface TenantSeedContextOptions extends SeedContextOptions {
  readonly tenant: TenantContext;
}

/** What a tenant's seeds make rows from; the same seed number gives two tenants different rows. */
export class TenantSeedContext extends SeedContext {
  readonly tenant: TenantContext;
  /** What the profile and the tenant's plan leave for this tenant. */
  readonly size: {
    readonly users: number;
    readonly conversationsPerUser: number;
    readonly messagesPerConversation: SeedRange;
    readonly files: number;
    readonly groups: number;
  };

  constructor({ tenant, ...options }: TenantSeedContextOptions) {
    super(options, tenant.tenantId);
    this.tenant = tenant;
    const { users, conversationsPerUser, messagesPerConversation, files, groups } = this.profile;
    const usersMax = tenant.limits.maxUsers === -1 ? users.max : Math.min(users.max, tenant.limits.maxUsers);
    const userCount = this.number({ min: Math.min(users.min, usersMax), max: usersMax }, 'size', 'users');
    this.size = {
      users: userCount,
      conversationsPerUser: Math.min(this.number(conversationsPerUser, 'size', 'conversations'), userCount - 1),
      messagesPerConversation,
      files: this.number(files, 'size', 'files'),
      groups: this.number(groups, 'size', 'groups'),
    };
  }
}
