import {
  type ApplicationPolicy,
  type Principal,
  type RateLevel,
  type RatePolicy,
  type RateSubject,
  REQUESTS_PER_USER_PER_MINUTE,
  type TenantContext,
} from '@caas/runtime';
import { isId } from '@caas/schema';
import { type ClassLimit, RATE_CLASSES, type RateClass, type RateClassRule } from '../access/rate-classes.js';
import { countedAddress } from '../http/client-address.js';
import { type Exchange } from './exchange.js';

const MINUTE = 60;
const DAY = 86_400;

/** Requests of one address in any 60 seconds: on public routes, and of users in all. */
const PUBLIC_PER_ADDRESS = 60;
const USERS_PER_ADDRESS = 1_200;

/** Lists of policies that are kept: there are a handful of plans, classes and contracts. */
const LISTS_KEPT_MAX = 10_000;
const lists = new Map<string, readonly RatePolicy[]>();

/** The same list for the same limits: by it limiters know an account again, and headers their text. */
function policies(...given: readonly (readonly [name: string, limit: number, windowSeconds: number])[]): readonly RatePolicy[] {
  const key = given.join(' ');
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made = given.map(([name, limit, windowSeconds]) => ({ name, limit, windowSeconds }));
  if (lists.size >= LISTS_KEPT_MAX) lists.clear();
  lists.set(key, made);
  return made;
}

/** Levels of tenants, as long as their records are the same. */
const tenantLevels = new WeakMap<TenantContext, RateLevel>();

/** What the tenant has together: its window, and its burst as a second policy. */
export function tenantLevel(tenant: TenantContext): RateLevel {
  let level = tenantLevels.get(tenant);
  if (level === undefined) {
    const { requestsPerMinute, burstPerSecond } = tenant.limits;
    level = { id: '', policies: policies(['tenant', requestsPerMinute, MINUTE], ['burst', burstPerSecond, 1]) };
    tenantLevels.set(tenant, level);
  }
  return level;
}

/** An address on routes that anybody may call. */
export function publicSubject(ip: string): RateSubject {
  return { scope: countedAddress(ip), levels: [{ id: '', policies: policies(['ip', PUBLIC_PER_ADDRESS, MINUTE]) }] };
}

/** What a request counts against before it is known on whose behalf it is made: for those that are refused by then. */
export function callerSubject({ principal, tenant }: Exchange): RateSubject | undefined {
  if (tenant === undefined || principal === undefined || principal.actor === 'platform') return undefined;
  return { scope: tenant.tenantId, levels: [tenantLevel(tenant), ...credentialLevels(principal)] };
}

/** Everything that a request of a route counts against, the tenant's levels first; `undefined` when nothing bounds it. */
export function subjectOf(
  rateClass: RateClass,
): (exchange: Exchange, application: ApplicationPolicy | undefined) => RateSubject | undefined {
  const { limits = [], cost }: RateClassRule = RATE_CLASSES[rateClass];
  return (exchange, application) => {
    const { principal, tenant, actingUser } = exchange;
    if (tenant === undefined || principal === undefined) return undefined;
    const levels: RateLevel[] = [];
    if (principal.actor !== 'platform') {
      levels.push(tenantLevel(tenant), ...credentialLevels(principal));
      if (application !== undefined)
        levels.push({ id: principal.appId ?? '', policies: policies(['app', application.callsPerMinute, MINUTE]) });
    }
    if (actingUser !== undefined) {
      levels.push({ id: actingUser.userId, policies: policies(['user', REQUESTS_PER_USER_PER_MINUTE[tenant.plan], MINUTE]) });
    }
    if (principal.actor === 'user' || principal.actor === 'client_key') {
      levels.push({ id: countedAddress(exchange.ip), policies: policies(['ip', USERS_PER_ADDRESS, MINUTE]) });
    }
    for (const limit of limits) {
      const id = counterOf(limit, exchange);
      if (id !== undefined)
        // what a request of the class costs is for the other levels: here requests are counted
        levels.push({ id, policies: policies([nameOf(rateClass, limit), figureOf(limit, application) * cost, limit.windowSeconds]) });
    }
    return levels.length === 0 ? undefined : { scope: tenant.tenantId, levels };
  };
}

/** A key's own limits; those of its tenant hold besides, so that they can only be lower. */
function credentialLevels({ rateLimit, subjectId }: Principal): readonly RateLevel[] {
  if (rateLimit === undefined) return [];
  const { requestsPerMinute, requestsPerDay } = rateLimit;
  return [
    ...(requestsPerMinute === null ? [] : [{ id: subjectId, policies: policies(['key', requestsPerMinute, MINUTE]) }]),
    ...(requestsPerDay === null ? [] : [{ id: subjectId, policies: policies(['key_day', requestsPerDay, DAY]) }]),
  ];
}

function nameOf(rateClass: RateClass, { per }: ClassLimit): string {
  return per === 'conversation' ? `${rateClass}_conversation` : rateClass;
}

function figureOf({ limit, setByApplication }: ClassLimit, application: ApplicationPolicy | undefined): number {
  return setByApplication === undefined || application === undefined ? limit : application[setByApplication];
}

/** Which counter of a class limit the request moves. */
function counterOf({ per }: ClassLimit, { principal, actingUser, request }: Exchange): string | undefined {
  if (per === 'tenant') return '';
  if (per === 'user') return actingUser?.userId;
  if (per === 'caller') return principal?.subjectId;
  const conversationId = (request.params as { conversation_id?: unknown } | undefined)?.conversation_id;
  return isId('conv', conversationId) ? String(conversationId) : undefined; // a malformed id makes no counter; it is refused behind
}
