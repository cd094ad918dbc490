import { defineEvent, TENANT_KEY } from '@caas/messaging-kafka';
import { idOf, tenantReference, text, timestampMs, z } from '@caas/schema';

const VERSION = '1.0.0';

/** Never the key and nothing that it could be found by; the prefix is what operators see of it. */
const payload = z.strictObject({
  key_id: idOf('key'),
  tenant_id: tenantReference(),
  /** Absent for a key that is good for all applications. */
  application_id: idOf('app').optional(),
  key_prefix: text({ min: 1, max: 50 }),
  scopes: z.array(text({ min: 1, max: 50 })).max(100),
  expires_at: timestampMs().optional(),
  by: text({ min: 1, max: 100 }),
  at: timestampMs(),
});

const describe = { version: VERSION, key: TENANT_KEY, payload } as const;

export const apiKeyCreated = defineEvent({ ...describe, type: 'api_key.created', description: 'There is a new API key' });
export const apiKeyRotated = defineEvent({ ...describe, type: 'api_key.rotated', description: 'An API key has a successor' });
export const apiKeyRevoked = defineEvent({ ...describe, type: 'api_key.revoked', description: 'An API key no longer works' });

/** Facts about API keys. */
export const API_KEY_EVENTS = [apiKeyCreated, apiKeyRotated, apiKeyRevoked] as const;
