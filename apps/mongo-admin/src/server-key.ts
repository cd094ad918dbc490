import { type Services } from '@caas/composition';
import { aKeyWith, type ApiKey, ApiKeysService, defaultApplicationId } from '@caas/identity';
import { type TenantId } from '@caas/schema';

/** What a back end needs: everything about users, chats, presence and files, nothing about the account. */
export const SERVER_SCOPES: readonly string[] = ['users:*', 'chat:*', 'presence:*', 'files:*'];

/** Creates a server key for the tenant's default application. The key in clear is returned here and nowhere else. */
export function createServerKey(
  { mongo, outbox, clock, secrets }: Pick<Services, 'mongo' | 'outbox' | 'clock' | 'secrets'>,
  { tenantId, name = 'Server', scopes = SERVER_SCOPES }: { tenantId: TenantId; name?: string; scopes?: readonly string[] },
): Promise<{ key: string; record: ApiKey }> {
  return new ApiKeysService({ mongo, outbox, clock, peppers: secrets.apiKeyPeppers }).create(
    tenantId,
    aKeyWith({ app_id: defaultApplicationId(tenantId), name, type: 'server', environment: 'live', scopes: [...scopes] }),
    { by: 'caas-admin', actor: { type: 'platform_admin', id: 'caas-admin' } },
  );
}
