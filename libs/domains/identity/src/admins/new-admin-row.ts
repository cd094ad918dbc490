import { type NewDocumentOf } from '@caas/data-access-mongo';
import { newId } from '@caas/schema';
import { type platformAdmins } from './platform-admins.collection.js';

/** An account of somebody of whom only the address is known: without a password or a provider nobody can log in with it yet. */
export function newAdminRow(email: string): NewDocumentOf<typeof platformAdmins> & { readonly admin_id: string } {
  return {
    admin_id: newId('adm'),
    kind: 'client',
    profile: { email, first_name: null, last_name: null, avatar_url: null, phone: null, timezone: 'UTC' },
    auth: {
      password_hash: null,
      password_updated_at: null,
      password_expires_at: null,
      mfa: { enabled: false, method: null, secret: null, backup_codes: [], verified_at: null },
      oauth_providers: [],
      reset: null,
      email_verification: { token: null, expires_at: null, sent_at: null, email_verified: false },
    },
    preferences: {
      theme: 'system',
      language: 'en',
      notifications: { email_alerts: true, sms_alerts: false, alert_types: ['security'] },
      dashboard: { default_client_id: null, sidebar_collapsed: false, recent_pages: [] },
    },
    security: { failed_login_attempts: 0, locked_until: null, last_login_at: null, last_login_ip: null, suspicious_activity: [] },
    status: 'active',
    suspended_at: null,
    suspension_reason: null,
  };
}
