import { type User } from '@caas/identity';

/** Whether others see what a user has got and read. Hidden unless somebody said that they show it. */
export function showsReceipts(user: User | undefined): boolean {
  return user?.settings.privacy.show_read_receipts ?? false;
}
