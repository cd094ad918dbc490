/**
 * What each scope of an API key grants. The keys of this table are the scopes; what roles grant is in `role-grants.ts`.
 */
export const SCOPE_PERMISSIONS = {
  'users:read': ['user.read', 'user.list', 'user.view_activity'],
  'users:write': [
    'user.create',
    'user.update',
    'user.ban',
    'user.unban',
    'user.manage_roles',
    'user.impersonate',
    'device.manage',
    'session.manage',
  ],
  'users:delete': ['user.delete'],
  'chat:read': ['conversation.read', 'conversation.list', 'message.read', 'group.read', 'notification.read'],
  'chat:write': [
    'conversation.create',
    'conversation.update',
    'conversation.add_member',
    'conversation.remove_member',
    'conversation.set_role',
    'conversation.leave',
    'conversation.archive',
    'conversation.mute',
    'message.send',
    'message.update',
    'message.react',
    'message.pin',
    'message.forward',
    'group.create',
    'group.update',
    'group.join',
    'group.leave',
    'group.invite',
    'group.kick',
    'group.ban',
    'group.unban',
    'group.manage_roles',
    'notification.manage',
  ],
  'chat:delete': ['message.delete', 'conversation.delete', 'group.delete'],
  'presence:read': ['presence.read'],
  'presence:write': ['presence.write'],
  'calls:read': [],
  'calls:write': [],
  'files:read': ['file.download'],
  'files:write': ['file.upload', 'file.share'],
  'files:delete': ['file.delete'],
  'admin:read': ['tenant.read', 'tenant.usage.read', 'tenant.settings.read', 'app.read', 'apikey.read', 'webhook.read', 'admin.audit.view'],
  'admin:write': ['tenant.settings.manage', 'app.manage', 'apikey.manage', 'webhook.manage'],
} as const;

/** A scope as it is stored on a key: always expanded, never a wildcard. */
export type Scope = keyof typeof SCOPE_PERMISSIONS;

/** What no scope of a key grants: only roles of people do. */
export const ROLE_ONLY_PERMISSIONS = [
  'admin.analytics.view',
  'admin.audit.export',
  'admin.users.manage',
  'admin.roles.manage',
  'admin.policies.manage',
  'admin.integrations.manage',
  'admin.billing.manage',
  'admin.tenant.manage',
  'platform.tenants',
  'platform.keys',
  'platform.ip',
  'platform.policies',
  'platform.dlq',
  'platform.outbox',
  'platform.system',
] as const;

/** What every caller may do, about themselves and nobody else. No role and no scope names it. */
export const SELF = 'self';

/** What a route may ask for. */
export type Permission = (typeof SCOPE_PERMISSIONS)[Scope][number] | (typeof ROLE_ONLY_PERMISSIONS)[number] | typeof SELF;

/** Every scope, in the order of the table. */
export const SCOPES = Object.keys(SCOPE_PERMISSIONS) as readonly Scope[];

/** The catalogue of permissions. */
export const PERMISSIONS: ReadonlySet<string> = new Set([...Object.values(SCOPE_PERMISSIONS).flat(), ...ROLE_ONLY_PERMISSIONS, SELF]);

/** Lets a key act on behalf of a user (`X-Act-As-User`). */
export const IMPERSONATE: Permission = 'user.impersonate';

/**
 * Turns scopes as a person writes them, wildcards included (`chat:*`, `*`), into the expanded list that is stored on the key.
 * Throws a `TypeError` naming the first one that does not exist.
 */
export function expandScopes(written: Iterable<string>): Scope[] {
  const expanded = new Set<Scope>();
  for (const scope of written) {
    const matching = SCOPES.filter((known) => scope === '*' || scope === known || scope === `${known.split(':')[0] ?? ''}:*`);
    if (matching.length === 0) throw new TypeError(`there is no scope "${scope}"`);
    for (const known of matching) expanded.add(known);
  }
  return SCOPES.filter((scope) => expanded.has(scope));
}

/** Different lists of scopes whose permissions are kept: what is granted differs from key to key far less often than keys do. */
const GRANTS_KEPT_MAX = 1_000;
const grants = new Map<string, ReadonlySet<Permission>>();

/**
 * The permissions that expanded scopes grant together; a stored scope that is no longer known grants nothing. Keys with the same scopes share one set:
 * a set of their own each would be the largest part of what a process keeps of them.
 */
export function permissionsOf(scopes: readonly string[]): ReadonlySet<Permission> {
  const name = scopes.join(' ');
  const known = grants.get(name);
  if (known !== undefined) return known;
  const granted = grantedBy(scopes);
  if (grants.size >= GRANTS_KEPT_MAX) grants.clear();
  grants.set(name, granted);
  return granted;
}

function grantedBy(scopes: readonly string[]): ReadonlySet<Permission> {
  const granted = new Set<Permission>();
  for (const scope of scopes) {
    if (!Object.hasOwn(SCOPE_PERMISSIONS, scope)) continue;
    for (const permission of SCOPE_PERMISSIONS[scope as Scope]) granted.add(permission);
  }
  return granted;
}

/** The scope that grants a permission, for texts of refusals. */
export function scopeGranting(permission: Permission): Scope | undefined {
  return SCOPES.find((scope) => (SCOPE_PERMISSIONS[scope] as readonly string[]).includes(permission));
}
