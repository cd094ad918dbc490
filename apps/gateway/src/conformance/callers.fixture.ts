import { type Services } from '@caas/composition';
import { type CollectionDefinition, type PlatformCollection } from '@caas/data-access-mongo';
import {
  type CredentialKind,
  type GuardedAccess,
  permissionsOf,
  permissionsOfRoles,
  type RouteDefinition,
  SELF,
} from '@caas/gateway-middleware';
import { AccessTokenIssuer, type AccessTokenClaims, aKeyWith, ApiKeysService } from '@caas/identity';
import { modules } from '@caas/modules';
import { newId } from '@caas/schema';
import { type LiveTenant } from './live-tenant.fixture.js';

type Headers = Readonly<Record<string, string>>;

/** Somebody who calls: their credential, and what they may do. */
export interface Caller {
  readonly name: string;
  /** `webhook_key`: a kind that no route accepts. */
  readonly kind: CredentialKind | 'webhook_key';
  readonly headers: Headers;
  readonly permissions: ReadonlySet<string>;
}

/** The user for whom the server key calls. */
interface ActingUser {
  readonly userId: string;
  readonly permissions: ReadonlySet<string>;
}

/** Who can call as a tenant: a key of each type, users and people at the console of each role, staff of the platform. */
export class Callers {
  readonly all: readonly Caller[];
  /** A server key whose scopes grant nothing, and tokens that are narrowed to nothing. */
  readonly powerless: readonly Caller[];
  readonly #actingUser: ActingUser;

  private constructor(all: readonly Caller[], powerless: readonly Caller[], actingUser: ActingUser) {
    this.all = all;
    this.powerless = powerless;
    this.#actingUser = actingUser;
  }

  static async of(services: Services, tenant: LiveTenant): Promise<Callers> {
    const makers = { services, tenant };
    const [admin] = tenant.rows('users').filter(({ roles }) => (roles as string[]).includes('admin'));
    const full = await Promise.all([
      keyOf(makers, 'server', ['*']),
      ...['admin', 'moderator', 'user', 'guest'].map((role) => userOf(makers, role)),
      ...['owner', 'admin', 'developer', 'viewer'].map((role) => consoleMemberOf(makers, role)),
      staffOf(makers),
      keyOf(makers, 'client', ['chat:*', 'presence:*']),
      keyOf(makers, 'webhook', []),
    ]);
    const powerless = await Promise.all([
      keyOf(makers, 'server', ['calls:read']),
      userOf(makers, 'user', { permissions: [] }),
      consoleMemberOf(makers, 'admin', { permissions: [] }),
      staffOf(makers, { permissions: [] }),
    ]);
    const actingUser = { userId: String(admin?.['user_id']), permissions: permissionsOfRoles('user', admin?.['roles'] as string[]) };
    return new Callers(full, powerless, actingUser);
  }

  /** Whether the caller gets past authorization of the route. */
  may({ kind, permissions }: Caller, { access }: RouteDefinition): boolean {
    if (access.public === true) return true;
    if (!accepted(access).includes(kind as CredentialKind)) return false;
    const isAllowedTo = ({ permissions: granted }: Pick<Caller, 'permissions'>) =>
      access.permission === SELF || granted.has(access.permission);
    if (!actsFor(kind, access)) return isAllowedTo({ permissions });
    return permissions.has('user.impersonate') && isAllowedTo({ permissions }) && isAllowedTo(this.#actingUser);
  }

  /** The first one who may. Throws when nobody may: such a route is of no use. */
  whoMay(route: RouteDefinition): Caller {
    const caller = this.all.find((one) => this.may(one, route));
    if (caller === undefined) throw new TypeError(`Nobody may call ${route.method} ${route.path}.`);
    return caller;
  }

  /** What the caller sends with a request of this route: the credential, and on whose behalf where that is needed. */
  headersOf({ kind, headers }: Caller, { access }: RouteDefinition): Headers {
    if (access.public === true) return {};
    return { ...headers, ...(actsFor(kind, access) && { 'x-act-as-user': this.#actingUser.userId }) };
  }
}

/** Whether a caller of this kind has to name a user. */
const actsFor = (kind: Caller['kind'], { actingUser }: GuardedAccess): boolean => kind === 'key' && actingUser === 'required';

/** Kinds of credentials that a route accepts. */
export const accepted = ({ credentials = ['key'] }: GuardedAccess): readonly CredentialKind[] => credentials;

interface Makers {
  readonly services: Services;
  readonly tenant: LiveTenant;
}

async function keyOf({ services, tenant }: Makers, type: 'server' | 'client' | 'webhook', scopes: string[]): Promise<Caller> {
  const { mongo, outbox, clock, secrets } = services;
  const keys = new ApiKeysService({ mongo, outbox, clock, peppers: secrets.apiKeyPeppers });
  const app_id = applicationOf(tenant);
  const input = aKeyWith({ app_id, name: `${type} ${scopes.join(' ')}`, type, environment: 'live', scopes });
  const { key, record } = await keys.create(tenant.tenantId, input, { by: 'spec', actor: { type: 'platform_admin', id: 'spec' } });
  const kind = ({ server: 'key', client: 'client_key', webhook: 'webhook_key' } as const)[type];
  return {
    name: `${type} key of ${scopes.join(' ') || 'nothing'}`,
    kind,
    headers: { 'x-api-key': key },
    permissions: permissionsOf(record.permissions.scopes),
  };
}

/** A user of the role by their token; the seeded one, or a copy of one in another role. */
async function userOf({ services, tenant }: Makers, role: string, narrowed: Pick<AccessTokenClaims, 'permissions'> = {}): Promise<Caller> {
  const users = collection('users');
  const [some] = tenant.rows('users');
  const fresh = newId('usr');
  const copy = {
    ...some,
    user_id: fresh,
    external_id: fresh,
    roles: [role],
    profile: { ...(some?.['profile'] as object), username: null, username_lc: null },
  };
  await services.mongo
    .forTenant(tenant.context)
    .repository(users as never)
    .insert(copy as never);
  const claims = {
    actor: 'user',
    sub: fresh,
    user_id: fresh,
    app_id: applicationOf(tenant),
    tenant_id: tenant.tenantId,
    roles: [role],
  } as const;
  const headers = await tokenHeaders(services, { ...claims, env: 'live', ...narrowed });
  return {
    name: `token of a ${role}${nameOf(narrowed)}`,
    kind: 'user',
    headers,
    permissions: narrowed.permissions ? NOTHING : permissionsOfRoles('user', [role]),
  };
}

async function consoleMemberOf(
  { services, tenant }: Makers,
  role: string,
  narrowed: Pick<AccessTokenClaims, 'permissions'> = {},
): Promise<Caller> {
  const [owner] = tenant.rows('admin_memberships').filter(({ role: other }) => other === 'owner');
  const sub = role === 'owner' ? String(owner?.['admin_id']) : await anAdmin(services, { owner, role });
  const headers = await tokenHeaders(services, { actor: 'admin', sub, tenant_id: tenant.tenantId, roles: [], env: 'live', ...narrowed });
  return {
    name: `console token of ${role}${nameOf(narrowed)}`,
    kind: 'admin',
    headers,
    permissions: narrowed.permissions ? NOTHING : permissionsOfRoles('admin', [role]),
  };
}

/** Another person at the console, like the owner but for the role. */
async function anAdmin(
  { mongo }: Services,
  { owner, role }: { owner: Readonly<Record<string, unknown>> | undefined; role: string },
): Promise<string> {
  const people = mongo.platform(collection('platform_admins') as PlatformCollection);
  const person = (await people.get(String(owner?.['admin_id']))) as Readonly<Record<string, unknown>>;
  const admin_id = newId('adm');
  const profile = { ...(person['profile'] as object), email: `${admin_id}@example.com` };
  await people.insert({ ...person, admin_id, profile, auth: { ...(person['auth'] as object), oauth_providers: [] } } as never);
  const membership = { ...owner, membership_id: newId('mbr'), admin_id, role, permissions: [] };
  await mongo.platform(collection('admin_memberships') as PlatformCollection).insert(membership as never);
  return admin_id;
}

async function staffOf({ services, tenant }: Makers, narrowed: Pick<AccessTokenClaims, 'permissions'> = {}): Promise<Caller> {
  const roles = ['platform_admin'];
  const headers = await tokenHeaders(services, { actor: 'platform', sub: newId('adm'), roles, env: 'live', ...narrowed });
  const inside = { 'x-tenant-id': tenant.tenantId, 'x-admin-reason': 'conformance' };
  return {
    name: `token of staff${nameOf(narrowed)}`,
    kind: 'platform',
    headers: { ...headers, ...inside },
    permissions: narrowed.permissions ? NOTHING : permissionsOfRoles('platform', roles),
  };
}

async function tokenHeaders({ tokens, clock }: Services, claims: AccessTokenClaims): Promise<Headers> {
  if (tokens === undefined) throw new TypeError('There are no keys of tokens.');
  const { text } = await new AccessTokenIssuer({ material: tokens, clock }).issue(claims, { ttlSeconds: 3_600 });
  return { authorization: `Bearer ${text}` };
}

const NOTHING: ReadonlySet<string> = new Set();
const nameOf = ({ permissions }: Pick<AccessTokenClaims, 'permissions'>): string =>
  permissions === undefined ? '' : ', narrowed to nothing';

function applicationOf(tenant: LiveTenant): string {
  const [application] = tenant.rows('applications').filter(({ environment }) => environment === 'production');
  return String(application?.['app_id']);
}

function collection(name: string): CollectionDefinition {
  const found = modules.collections.find((definition) => definition.name === name);
  if (found === undefined) throw new TypeError(`There is no collection ${name}.`);
  return found;
}
