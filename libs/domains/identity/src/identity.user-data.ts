import { type Services, type UserData } from '@caas/composition';
import { IdentityUserData } from './users/user-data.js';

/** What identity keeps of users. */
export default function identityUserData({ mongo }: Services): UserData[] {
  return [new IdentityUserData({ mongo })];
}
