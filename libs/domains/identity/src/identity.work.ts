import { type JobKind, type Services } from '@caas/composition';
import { userErasure, userExport } from './users/user-work.js';

/** What is done for users as a job: exports and erasure. */
export default function identityWork({ userData }: Services): JobKind[] {
  return [userExport(userData), userErasure(userData)];
}
