import { describe, expect, it } from '@jest/globals';
import { type AuditLog, type DlqMessage } from '@caas/insight';
import { type SaasClient, type TenantOperation } from '@caas/tenancy';
import { type Html } from '../views/html.js';
import { auditPage } from './audit.routes.js';
import { deadLetterPage } from './dead-letters/dead-letter.routes.js';
import { deadLettersPage } from './dead-letters/dead-letters.routes.js';
import { tenantPage } from './tenants/tenant.routes.js';
import { tenantsPage } from './tenants/tenants.routes.js';

const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;
const at = new Date(Date.UTC(2026, 10, 27));
const query = new URLSearchParams({ find: HOSTILE, tenant: HOSTILE, status: HOSTILE, cursor: HOSTILE });
const visit = { role: 'platform_admin', formToken: 'f', query, operator: { id: HOSTILE } } as const;

const client = {
  client_id: 'clnt_12345678',
  company_name: HOSTILE,
  slug: 'acme',
  contact: { primary_email: HOSTILE },
  status: 'active',
  status_reason: HOSTILE,
  status_changed_by: HOSTILE,
  tier: 'free',
  isolation: { model: 'shared', database_name: HOSTILE, region: HOSTILE },
  provisioning: { state: 'ready' },
  quota_overrides: { [HOSTILE]: HOSTILE },
  created_at: at,
} as unknown as SaasClient;
const operation = {
  operation_id: HOSTILE,
  kind: 'suspend',
  state: 'failed',
  steps: [{ state: 'failed', error: HOSTILE }],
  created_at: at,
  requested_by: HOSTILE,
} as unknown as TenantOperation;
const letter = {
  dlq_id: HOSTILE,
  topic: HOSTILE,
  consumer_group: HOSTILE,
  tenant_id: HOSTILE,
  event_type: HOSTILE,
  event_id: HOSTILE,
  category: 'schema',
  status: 'pending',
  error: { class: HOSTILE, code: HOSTILE, message: HOSTILE, stage: HOSTILE },
  attempts: [{ at, class: HOSTILE, message: HOSTILE }],
  headers: [{ name: HOSTILE, value: HOSTILE }],
  correction: { fields: ['payload.text'], by: HOSTILE, at, reason: HOSTILE },
  first_failed_at: at,
  failed_at: at,
  expires_at: at,
} as unknown as DlqMessage;
const inspected = {
  family: 'f',
  subject: HOSTILE,
  type: HOSTILE,
  problems: [{ field: HOSTILE, code: HOSTILE, message: HOSTILE }],
  unknownFields: [HOSTILE],
  value: { payload: { text: HOSTILE } },
};
const entry = {
  timestamp: at,
  tenant_id: HOSTILE,
  action: { name: HOSTILE },
  actor: { id: HOSTILE, type: 'user', role: HOSTILE },
  target: { type: HOSTILE, id: HOSTILE, identifier: null },
  result: { status: 'denied', error_code: HOSTILE },
  metadata: { reason: HOSTILE },
} as unknown as AuditLog;

describe('what others have named', () => {
  it.each<[string, { body: Html }]>([
    ['tenants', tenantsPage({ clients: [client], query, nextCursor: HOSTILE })],
    ['a tenant', tenantPage({ client, operations: [operation], visit, now: 0 })],
    ['dead letters', deadLettersPage({ rows: [letter], nextCursor: HOSTILE, visit })],
    ['a dead letter', deadLetterPage({ row: letter, comparison: { now: inspected, original: inspected }, visit })],
    ['the audit trail', auditPage({ entries: [entry], nextCursor: HOSTILE, visit })],
  ])('is text on the page of %s', (_, { body: { text } }) => {
    expect(text).toContain('&lt;script&gt;alert(&#39;x&#39;)');
    expect(text).not.toMatch(/<script|<img/);
    // Outside of tags there is no quote that could have ended an attribute: tags are well formed.
    expect(text.replaceAll(/<[a-z/!][^<>]*>/gi, '')).not.toMatch(/[<>]/);
  });
});

describe('the content of a dead letter', () => {
  it('is shown to those who may act on it', () => {
    const secret = { ...inspected, value: { payload: { text: 'private words' } } };
    const shown = (role: 'platform_viewer' | 'platform_operator') =>
      deadLetterPage({ row: letter, comparison: { now: secret, original: secret }, visit: { role } }).body.text;

    expect(shown('platform_operator')).toContain('private words');
    expect(shown('platform_viewer')).not.toContain('private words');
    expect(shown('platform_viewer')).not.toContain('<form');
    expect(shown('platform_viewer')).not.toMatch(/\/(replay|edit|delete)"/);
  });
});
