import { type TenantContext } from '@caas/runtime';
import { type JsonObject } from '@caas/schema';

/** What a module keeps of users: handed out when they ask for it, removed when they want that. */
export interface UserData {
  /** Names the module's part in exports. */
  readonly name: string;
  /** Everything of a user, a record after the other, each with what it is in `record`. No secrets. */
  export(tenant: TenantContext, userId: string): AsyncIterable<JsonObject>;
  /** Removes what is the user's alone, for good. What belongs to others as well is left without them. Harmless when repeated. */
  erase(tenant: TenantContext, userId: string, options: { readonly by: string; readonly deleteMessages: boolean }): Promise<void>;
}
