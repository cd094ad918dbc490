import { definePlatformSeed, type SeedContext, type SeedRow } from '@caas/composition/seeding';
import { type SeededClient, seededClients } from '@caas/tenancy/seeds';
import { adminMemberships } from '../admins/admin-memberships.collection.js';
import { platformAdmins } from '../admins/platform-admins.collection.js';

const ownerId = (context: SeedContext, { plan }: SeededClient): string => context.id('adm', plan);

/** The person behind each client; logs in through a provider, so there is no password that everybody knows. */
export const ownersSeed = definePlatformSeed({
  name: 'owners',
  collection: platformAdmins,
  plan: (context) => {
    const clients = seededClients(context);
    return { total: clients.length, rows: clients.map((client) => owner(context, client)) };
  },
});

/** What makes them owners. */
export const ownershipsSeed = definePlatformSeed({
  name: 'ownerships',
  collection: adminMemberships,
  plan: (context) => {
    const clients = seededClients(context);
    return {
      total: clients.length,
      rows: clients.map((client) => ({
        membership_id: context.id('mbr', client.plan),
        admin_id: ownerId(context, client),
        tenant_id: client.tenantId,
        role: 'owner' as const,
        permissions: ['*'],
        status: 'active' as const,
        invited_by: null,
        invited_at: null,
        accepted_at: client.signedUpAt,
        created_at: client.signedUpAt,
      })),
    };
  },
});

function owner(context: SeedContext, client: SeededClient): SeedRow<typeof platformAdmins> {
  const fake = context.fake('owner', client.plan);
  return {
    admin_id: ownerId(context, client),
    kind: 'client',
    profile: {
      email: client.ownerEmail,
      first_name: fake.person.firstName(),
      last_name: fake.person.lastName(),
      avatar_url: null,
      phone: null,
      timezone: 'UTC',
    },
    auth: {
      password_hash: null,
      password_updated_at: null,
      password_expires_at: null,
      mfa: { enabled: false, method: null, secret: null, backup_codes: [], verified_at: null },
      oauth_providers: [
        {
          provider: 'github',
          provider_id: `seed-${ownerId(context, client)}`,
          email: client.ownerEmail,
          connected_at: client.signedUpAt,
        },
      ],
      reset: null,
      email_verification: { token: null, expires_at: null, sent_at: null, email_verified: true },
    },
    preferences: {
      theme: 'system',
      language: 'en',
      notifications: { email_alerts: true, sms_alerts: false, alert_types: ['security', 'billing', 'usage'] },
      dashboard: { default_client_id: client.tenantId, sidebar_collapsed: false, recent_pages: [] },
    },
    security: { failed_login_attempts: 0, locked_until: null, last_login_at: null, last_login_ip: null, suspicious_activity: [] },
    status: 'active',
    suspended_at: null,
    suspension_reason: null,
    created_at: client.signedUpAt,
  };
}
