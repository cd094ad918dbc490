import { parseTenantId, type TenantId } from '@caas/schema';
import { type Plan, type SendingTenant, type TopicPlace } from '@caas/runtime';

/** What placement needs to know of a tenant. Whoever sends hands in all that it knows: after a move, a copy without `topics` is refused. */
export interface TenantPlacement extends SendingTenant {
  readonly plan: Plan;
}

/** A topic and how its record keys are made. */
export interface ResolvedTopic {
  readonly topic: string;
  /** The record key for a logical key; `null` stays `null`. */
  readonly keyFor: (key: string | null) => string | null;
}

/** What a topic's name says. `tenantId` is present exactly for `dedicated`. */
export type ParsedTopic =
  | { readonly family: string; readonly placement: 'platform' | 'internal' | 'shared' }
  | { readonly family: string; readonly placement: 'dedicated'; readonly tenantId: TenantId };

const FAMILY_FORM = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
/** Internal topics may name consumer groups, which have hyphens, and be numbered. */
const INTERNAL_FORM = /^internal(\.[a-z0-9][a-z0-9_-]*)+$/;
const SHARED = 'shared';
const DEDICATED_PLANS: readonly Plan[] = ['pro', 'enterprise'];

/** Where a plan puts the topics of a tenant. */
export const topicPlaceOfPlan = (plan: Plan): TopicPlace => (DEDICATED_PLANS.includes(plan) ? 'dedicated' : 'shared');

/** Where the topics of a tenant are. After a change of its plan they stay where they were until they have moved. */
export const topicPlaceOf = ({ plan, topics }: Pick<TenantPlacement, 'plan' | 'topics'>): TopicPlace =>
  topics?.place ?? topicPlaceOfPlan(plan);
const plainKey = (key: string | null): string | null => key;

/** The scope that a family's name claims. */
export function scopeOf(family: string): 'platform' | 'internal' | 'tenant' {
  if (family.startsWith('platform.')) return 'platform';
  return family.startsWith('internal.') ? 'internal' : 'tenant';
}

/** Throws a `TypeError` naming the rule when `family` cannot be the name of a family. */
export function checkFamily(family: string): void {
  if (!FAMILY_FORM.test(family)) {
    throw new TypeError(`Topic family "${family}" must be dotted lower-case words such as "chat.messages".`);
  }
  // 249 is the broker's limit; a dedicated topic adds a dot and up to 37 characters of tenant id.
  if (family.length > 200) throw new TypeError(`Topic family "${family.slice(0, 40)}…" is longer than 200 characters.`);
  const words = family.split('.');
  const reserved =
    scopeOf(family) === 'tenant' ? words.find((word) => ['platform', 'internal', SHARED, 'retry', 'dlq', 'all'].includes(word)) : undefined;
  if (reserved !== undefined) throw new TypeError(`Topic family "${family}" uses the reserved word "${reserved}".`);
}

/**
 * The one place where names of topics are made. Platform and internal families are their own topic and take no tenant. Free and starter
 * tenants share `{family}.shared`, with keys `{tenant}:{key}`; pro and enterprise have `{family}.{tenant}`, keys as they are. See
 * {@link topicPlaceOf} for the time after a change of the plan.
 */
export function resolveTopic(family: string, tenant?: TenantPlacement): ResolvedTopic {
  if (scopeOf(family) !== 'tenant') return { topic: family, keyFor: plainKey };
  if (tenant === undefined) throw new TypeError(`Topics of the family "${family}" belong to tenants; none was named.`);
  if (topicPlaceOf(tenant) === 'dedicated') return { topic: `${family}.${tenant.tenantId}`, keyFor: plainKey };
  const { tenantId } = tenant;
  return { topic: sharedTopic(family), keyFor: (key) => (key === null ? null : `${tenantId}:${key}`) };
}

/** The topic that free and starter tenants share. */
export const sharedTopic = (family: string): string => `${family}.${SHARED}`;

/** Inverse of {@link resolveTopic} for names; `undefined` for a name it cannot have made. */
export function parseTopic(topic: string): ParsedTopic | undefined {
  const scope = scopeOf(topic);
  if (scope !== 'tenant') {
    const isName = scope === 'internal' ? INTERNAL_FORM.test(topic) : FAMILY_FORM.test(topic);
    return isName ? { family: topic, placement: scope } : undefined;
  }
  const dot = topic.lastIndexOf('.');
  const family = topic.slice(0, Math.max(dot, 0));
  const owner = topic.slice(dot + 1);
  if (!FAMILY_FORM.test(family)) return undefined;
  if (owner === SHARED) return { family, placement: 'shared' };
  const tenantId = tenantIdOrNot(owner);
  return tenantId === undefined ? undefined : { family, placement: 'dedicated', tenantId };
}

/** Inverse of `keyFor` on a shared topic; `undefined` when the key does not begin with a tenant. */
export function parseSharedKey(key: string): { readonly tenantId: TenantId; readonly key: string } | undefined {
  const colon = key.indexOf(':');
  const tenantId = colon < 0 ? undefined : tenantIdOrNot(key.slice(0, colon));
  return tenantId === undefined ? undefined : { tenantId, key: key.slice(colon + 1) };
}

function tenantIdOrNot(text: string): TenantId | undefined {
  try {
    return parseTenantId(text);
  } catch {
    return undefined;
  }
}
