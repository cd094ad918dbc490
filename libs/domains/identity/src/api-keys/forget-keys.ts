import { parseTenantId } from '@caas/schema';
import { type PlatformEvent } from '@caas/tenancy';
import { type ApiKeyAuthenticator } from './api-key-authenticator.js';

/** Makes an authenticator forget the keys that a fact is about. */
export function forgetKeys(authenticator: Pick<ApiKeyAuthenticator, 'forget'>): (event: PlatformEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'api_key.rotated':
      case 'api_key.revoked': {
        const { key_id: keyId, tenant_id: tenantId } = event.payload;
        return authenticator.forget(parseTenantId(tenantId), (principal) => principal.keyId === keyId);
      }
      case 'application.updated':
      case 'application.deleted': {
        const { application_id: appId, tenant_id: tenantId } = event.payload;
        return authenticator.forget(parseTenantId(tenantId), (principal) => principal.appId === appId);
      }
      case 'tenant.deleted':
        return authenticator.forget(parseTenantId(event.payload.tenant_id));
      default:
    }
  };
}
