import { type Services } from '@caas/composition';
import { aKeyWith, type ApiKey, ApiKeysService, defaultApplicationId, type NewApiKey } from '@caas/identity';
import { type TenantId } from '@caas/schema';

/** What a back end needs: everything about users, chats, presence and files, nothing about the account. */
export const SERVER_SCOPES: readonly string[] = ['users:*', 'chat:*', 'presence:*', 'files:*'];

interface ServerKeyFacts {
  readonly name?: string;
  readonly scopes?: readonly string[];
}

/** A server key for the tenant's default application, as it would be created. Throws for scopes that there are not. */
export function aServerKey(tenantId: TenantId, { name = 'Server', scopes = SERVER_SCOPES }: ServerKeyFacts): NewApiKey {
  return aKeyWith({ app_id: defaultApplicationId(tenantId), name, type: 'server', environment: 'live', scopes: [...scopes] });
}

/** Creates it. The key in clear is returned here and nowhere else. */
export function createServerKey(
  { mongo, outbox, clock, secrets }: Pick<Services, 'mongo' | 'outbox' | 'clock' | 'secrets'>,
  { tenantId, ...facts }: ServerKeyFacts & { readonly tenantId: TenantId },
): Promise<{ key: string; record: ApiKey }> {
  return new ApiKeysService({ mongo, outbox, clock, peppers: secrets.apiKeyPeppers }).create(tenantId, aServerKey(tenantId, facts), {
    by: 'caas-admin',
    actor: { type: 'platform_admin', id: 'caas-admin' },
  });
}
