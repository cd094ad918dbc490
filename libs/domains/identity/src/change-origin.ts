import { type Principal } from '@caas/runtime';

/** Where a change comes from, for the events about it. */
export interface ChangeOrigin {
  /** A user, an admin, an API key, or a part of CAAS. */
  readonly by: string;
  /** The application whose credential was used. */
  readonly applicationId?: string | undefined;
}

/** The origin of what a caller asks for. */
export function originOf({ subjectId, appId }: Principal, actingUserId?: string): ChangeOrigin {
  return { by: actingUserId ?? subjectId, applicationId: appId ?? undefined };
}
