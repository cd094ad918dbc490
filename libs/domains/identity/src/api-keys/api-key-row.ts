import { type NewDocumentOf } from '@caas/data-access-mongo';
import { type ApiKey, type apiKeys } from './api-keys.collection.js';

export const ROTATE_AFTER_DAYS = 90;
const DAY_MS = 86_400_000;

export type ApiKeyRow = NewDocumentOf<typeof apiKeys>;

/** What somebody decides about a key; the rest of its row follows. */
export type ApiKeyChoice = Pick<
  ApiKey,
  | 'key_id'
  | 'tenant_id'
  | 'app_id'
  | 'name'
  | 'type'
  | 'environment'
  | 'key_prefix'
  | 'key_lookup'
  | 'pepper_kid'
  | 'permissions'
  | 'restrictions'
  | 'metadata'
> & {
  readonly createdBy: string;
  readonly autoRotate: boolean;
  readonly rotateAfterDays: number;
  /** The key that this one takes the place of. */
  readonly predecessorId: string | null;
};

/** The row of a key that nobody has used yet. */
export function newApiKeyRow({ createdBy, autoRotate, rotateAfterDays, predecessorId, ...chosen }: ApiKeyChoice, now: number) {
  return {
    ...chosen,
    status: 'active',
    rotation: {
      is_primary: true,
      predecessor_id: predecessorId,
      overlap_until: null,
      auto_rotate: autoRotate,
      rotate_after_days: rotateAfterDays,
      last_rotated_at: predecessorId === null ? null : new Date(now),
      next_rotation_at: autoRotate ? new Date(now + rotateAfterDays * DAY_MS) : null,
    },
    audit: {
      created_by: createdBy,
      revoked_by: null,
      revoked_at: null,
      revocation_reason: null,
      last_used_at: null,
      last_used_ip: null,
      last_used_endpoint: null,
      total_requests: 0,
      failed_requests: 0,
      last_failure_at: null,
      last_failure_reason: null,
    },
  } as const satisfies ApiKeyRow;
}
