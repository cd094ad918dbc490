import { eventOutbox } from '@caas/data-access-mongo';
import { describe, it } from '@jest/globals';
import { type BadField, storedCases } from '@caas/testing/schema';
import { aFullClient, aJob, aJobResult, anAlert, anOperation, anOutboxEvent, aQuota } from './fixtures/platform-documents.fixture.js';
import { jobResults } from './jobs/job-results.collection.js';
import { jobs } from './jobs/jobs.collection.js';
import { tenantOperations } from './provisioning/tenant-operations.collection.js';
import { quotaAlerts } from './quotas/quota-alerts.collection.js';
import { tenantQuotas } from './quotas/tenant-quotas.collection.js';
import { newSaasClient } from './tenants/new-saas-client.js';
import { saasClients } from './tenants/tenants.collection.js';

const CASES = [
  {
    definition: saasClients,
    good: {
      'a tenant with everything': aFullClient,
      'a new tenant': newSaasClient({ companyName: 'A', slug: 'abc', email: 'a@b.co', plan: 'free' }),
    },
    bad: {
      'a tenant without a name': ['company_name', ''],
      'a slug with capitals': ['slug', 'Acme'],
      'an e-mail address with capitals': ['contact.primary_email', 'Ops@acme.example'],
      'a telephone number with spaces': ['contact.phone', '+41 44 555 01 00'],
      'a country that does not exist': ['contact.address.country', 'XX'],
      'a plan’s alias': ['tier', 'business'],
      'an isolation that does not exist': ['isolation.model', 'schema'],
      'an epoch of zero': ['isolation.epoch', 0],
      'a state without its schema version': ['provisioning.schema_version', undefined],
      'a limit below -1': ['quota_overrides.max_users', -2],
      'a limit that no plan has': ['quota_overrides.max_cats', 1],
      'requests without a limit': ['quota_overrides.requests_per_minute', -1],
      'a feature that no plan has': ['feature_overrides.telepathy', true],
      'a session that never times out': ['security.session_timeout_minutes', 0],
      'usage, which is elsewhere': ['current_usage', {}],
    },
  },
  {
    definition: tenantOperations,
    good: {
      'a migration': anOperation,
      'a search for orphans, of no tenant': { ...anOperation, tenant_id: null, kind: 'cleanup_orphans' },
    },
    bad: {
      'an unknown kind': ['kind', 'explode'],
      'an unknown state': ['state', 'paused'],
      'a step without its beginning': ['steps.0.started_at', undefined],
      'a step in an unknown state': ['steps.0.state', 'half'],
      'a negative count': ['progress.parts.0.done', -1],
      'more than a hundred steps': ['steps', Array(101).fill(anOperation.steps[0])],
      'an operator in the input': ['input', { $where: '1' }],
      'an input that is too large': ['input', { a: 'x'.repeat(17_000) }],
    },
  },
  {
    definition: tenantQuotas,
    good: { 'a period without limits': aQuota },
    bad: {
      'a resource that is missing': ['usage.api_calls', undefined],
      'a resource that is not metered': ['usage.cats', 1],
      'negative usage': ['usage.messages_count', -1],
      'a limit below -1': ['limits.messages_count', -2],
      'a period without an end': ['period_end', null],
      'another tenant form': ['tenant_id', 'acme'],
    },
  },
  {
    definition: quotaAlerts,
    good: { 'an alert': anAlert, 'one at the limit': { ...anAlert, threshold: 100, notified_at: anAlert.fired_at } },
    bad: {
      'a threshold of its own': ['threshold', 85],
      'an unknown resource': ['resource', 'cats'],
      'no limit': ['limit', -1],
    },
  },
  {
    definition: jobs,
    good: {
      'a job': aJob,
      'one of the platform that failed': { ...aJob, tenant_id: null, status: 'failed', error: { code: 'SYS_INTERNAL', message: 'no' } },
    },
    bad: {
      'a kind with a space': ['kind', 'user export'],
      'an unknown status': ['status', 'paused'],
      'negative progress': ['progress.done', -1],
      'an operator in the input': ['input', { $where: '1' }],
      'nobody who asked': ['created_by', ''],
    },
  },
  {
    definition: jobResults,
    good: { 'a part': aJobResult },
    bad: {
      'part 0': ['part', 0],
      'a part that is too long': ['content', 'x'.repeat(262_145)],
      'a part of nobody': ['tenant_id', null],
    },
  },
  {
    definition: eventOutbox,
    good: { 'an event of the platform': anOutboxEvent },
    bad: {
      'an event without a key': ['key', ''],
      'an event without a payload': ['payload', undefined],
      'a payload with a dotted key': ['payload', { 'a.b': 1 }],
      'an order that is none': ['order', 0],
      'a state that does not exist': ['state', 'published'],
      'a proof without a version': ['proof', { collection: 'users', tenant_id: null, id: 'usr_1' }],
      'no attempt count': ['attempts', null],
    },
  },
] as const;

describe.each(CASES)('$definition.name', ({ definition, good, bad }) => {
  const { takes, refuses } = storedCases(definition);

  it.each(Object.entries<object>(good))('takes %s', (_, fields) => takes(fields));

  it.each(Object.entries<BadField>(bad))('refuses %s', (_, field) => refuses(Object.values(good)[0] as object, field));
});
