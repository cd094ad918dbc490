import { parseTenantId, type TenantId, z } from '@caas/schema';

/** The board on which fences are announced. */
export const FENCE_BOARD = 'tenants';

/** How long a fence may keep a tenant's writes waiting, in milliseconds. */
export const FENCE_MS = 10_000;

/** Milliseconds for which a process is a member after a beat, and between two beats. */
export const MEMBER_LEASE_MS = 3_000;
export const BEAT_MS = 500;

const notice = z.strictObject({
  /** Of one closing of one fence. */
  token: z.string().min(1).max(100),
  tenant_id: z.string(),
  /** `closed`: write nothing. `moved`: the same, and the data is at the new epoch. `open`: write again. */
  phase: z.enum(['closed', 'moved', 'open']),
  /** Where the data is. */
  epoch: z.int().min(1),
  /** Version of the tenant's record when the fence was closed. */
  version: z.int().min(0),
});

/** What the mover of a tenant tells every process. */
export interface FenceNotice {
  readonly token: string;
  readonly tenantId: TenantId;
  readonly phase: 'closed' | 'moved' | 'open';
  readonly epoch: number;
  readonly version: number;
}

export function noticeText({ tenantId, ...rest }: FenceNotice): string {
  return JSON.stringify({ ...rest, tenant_id: tenantId });
}

/** `undefined` for a text that is no notice, of a newer version for instance: whoever cannot read it does not acknowledge it. */
export function readNotice(text: string): FenceNotice | undefined {
  try {
    const { tenant_id: tenantId, ...rest } = notice.parse(JSON.parse(text));
    return { ...rest, tenantId: parseTenantId(tenantId) };
  } catch {
    return undefined;
  }
}

/** What members acknowledge of a phase. */
export function ackToken({ token, phase }: Pick<FenceNotice, 'token' | 'phase'>): string {
  return `${token}.${phase}`;
}
