import { type Permission } from './permissions.js';

/**
 * What has to hold besides a role. The gateway decides by permission alone; whoever has the resource at hand decides these: membership in the conversation,
 * ownership of the resource, a role in the conversation, what the target lets others see, and the rest as they are named.
 */
export const CONDITIONS = [
  'own',
  'member',
  'owner',
  'conversation_moderator',
  'conversation_admin',
  'conversation_owner',
  'privacy',
  'moderation',
  'break_glass',
  'settings_section',
  'revoke_only',
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Granted always, or where one of the conditions holds. */
export type Grant = true | readonly [Condition, ...Condition[]];

/** Columns of the table: platform admin; owner, admin, developer, viewer of the console; admin, moderator, user, guest of an app. */
export const ROLE_COLUMNS = ['PA', 'OW', 'AD', 'DV', 'VW', 'AA', 'MO', 'US', 'GU'] as const;
export type RoleColumn = (typeof ROLE_COLUMNS)[number];

/** Kinds of callers that have roles. */
export type RoledActor = 'user' | 'admin' | 'platform';

/** The column of a role. What is not in here grants nothing. */
const COLUMN_OF_ROLE: Readonly<Record<RoledActor, ReadonlyMap<string, RoleColumn>>> = {
  user: new Map<string, RoleColumn>([
    ['admin', 'AA'],
    ['moderator', 'MO'],
    ['user', 'US'],
    ['vip', 'US'],
    ['member', 'US'],
    ['tenant_member', 'US'],
    ['guest', 'GU'],
  ]),
  admin: new Map<string, RoleColumn>([
    ['owner', 'OW'],
    ['admin', 'AD'],
    ['developer', 'DV'],
    ['viewer', 'VW'],
  ]),
  platform: new Map<string, RoleColumn>([['platform_admin', 'PA']]),
};

/** The column of users of whom no role says which. */
const DEFAULT_USER_COLUMN: RoleColumn = 'US';

type Row = readonly [permissions: readonly Permission[], grants: Readonly<Partial<Record<RoleColumn, Grant>>>];

const ALL_USERS_MEMBER = { AA: ['member'], MO: ['member'], US: ['member'], GU: ['member'] } as const;
const BY_CONVERSATION_ADMINS = { AA: true, MO: ['conversation_admin'], US: ['conversation_admin'] } as const;

/** What each role grants. What is not in here is denied. */
const ROWS: readonly Row[] = [
  [['conversation.create', 'group.create'], { AA: true, MO: true, US: true }],
  [['conversation.list'], { AA: true, MO: ['own'], US: ['own'], GU: ['own'] }],
  [
    ['conversation.read', 'group.read', 'message.read'],
    { PA: ['break_glass'], OW: ['moderation'], AD: ['moderation'], AA: true, MO: ['member'], US: ['member'], GU: ['member'] },
  ],
  [['conversation.update', 'conversation.add_member', 'group.update', 'group.invite'], BY_CONVERSATION_ADMINS],
  [['conversation.delete', 'group.delete'], { OW: true, AD: true, AA: true, MO: ['conversation_owner'], US: ['conversation_owner'] }],
  [['conversation.remove_member', 'group.kick'], { AA: true, MO: ['member'], US: ['conversation_admin'] }],
  [['conversation.set_role', 'group.manage_roles'], { AA: true, MO: ['conversation_owner'], US: ['conversation_owner'] }],
  [['group.ban', 'group.unban'], { AA: true, MO: ['member'], US: ['conversation_moderator'] }],
  [['conversation.leave', 'conversation.archive', 'conversation.mute', 'group.leave'], ALL_USERS_MEMBER],
  [['group.join'], { AA: true, MO: true, US: true }],
  [['message.send', 'message.react', 'message.forward'], { AA: ['member'], MO: ['member'], US: ['member'] }],
  [['message.update'], { AA: ['owner'], MO: ['owner'], US: ['owner'] }],
  [['message.delete'], { OW: ['moderation'], AD: ['moderation'], AA: true, MO: ['member'], US: ['owner', 'conversation_moderator'] }],
  [['message.pin'], { AA: true, MO: ['member'], US: ['conversation_admin'] }],
  [['user.read'], { OW: true, AD: true, VW: true, AA: true, MO: true, US: ['privacy'], GU: ['privacy'] }],
  [['user.list'], { OW: true, AD: true, VW: true, AA: true, MO: true }],
  [['user.create', 'user.manage_roles'], { OW: true, AD: true }],
  [['user.delete'], { OW: true, AD: true, AA: ['owner'], MO: ['owner'], US: ['owner'] }],
  [['user.update'], { OW: true, AD: true, AA: true, MO: ['owner'], US: ['owner'] }],
  [['user.ban', 'user.unban'], { OW: true, AD: true, AA: true, MO: true }],
  [['user.view_activity'], { OW: true, AD: true, VW: true, AA: true, MO: true, US: ['owner'] }],
  [['file.upload', 'file.share'], { AA: true, MO: true, US: true }],
  [
    ['file.download'],
    { OW: ['moderation'], AD: ['moderation'], AA: true, MO: ['owner', 'member'], US: ['owner', 'member'], GU: ['member'] },
  ],
  [['file.delete'], { OW: true, AD: true, AA: true, MO: true, US: ['owner'] }],
  [['presence.read'], { AA: true, MO: true, US: ['privacy'], GU: ['privacy'] }],
  [['presence.write'], { AA: true, MO: ['owner'], US: ['owner'] }],
  [
    ['notification.read', 'notification.manage', 'device.manage', 'session.manage'],
    { OW: true, AD: true, AA: ['owner'], MO: ['owner'], US: ['owner'], GU: ['owner'] },
  ],
  [
    ['tenant.read', 'tenant.usage.read', 'tenant.settings.read', 'admin.analytics.view', 'app.read'],
    { PA: true, OW: true, AD: true, DV: true, VW: true },
  ],
  [['tenant.settings.manage'], { OW: true, AD: true, DV: ['settings_section'] }],
  [['app.manage'], { PA: true, OW: true, AD: true }],
  [['apikey.read', 'webhook.read'], { PA: true, OW: true, AD: true, DV: true, VW: true }],
  [['apikey.manage', 'webhook.manage'], { PA: ['revoke_only'], OW: true, AD: true, DV: true }],
  [['admin.audit.view'], { PA: true, OW: true, AD: true, DV: true }],
  [['admin.audit.export'], { PA: true, OW: true, AD: true }],
  [['admin.users.manage', 'admin.roles.manage', 'admin.policies.manage'], { OW: true, AD: true }],
  [['admin.integrations.manage'], { OW: true, AD: true, DV: true }],
  [['admin.billing.manage', 'admin.tenant.manage'], { PA: true, OW: true }],
  [
    ['platform.tenants', 'platform.keys', 'platform.ip', 'platform.policies', 'platform.dlq', 'platform.outbox', 'platform.system'],
    { PA: true },
  ],
];

/** The table by permission. */
export const ROLE_GRANTS: ReadonlyMap<Permission, Readonly<Partial<Record<RoleColumn, Grant>>>> = new Map(
  ROWS.flatMap(([permissions, grants]) => permissions.map((permission) => [permission, grants] as const)),
);

/** The columns that roles stand for; users of whom no role is known are plain users, everybody else has none. */
export function columnsOf(actor: RoledActor, roles: readonly string[]): RoleColumn[] {
  const columns = new Set(roles.flatMap((role) => COLUMN_OF_ROLE[actor].get(role) ?? []));
  if (columns.size === 0 && actor === 'user') return [DEFAULT_USER_COLUMN];
  return ROLE_COLUMNS.filter((column) => columns.has(column));
}

/** How roles grant a permission: always, under any of the conditions, or not at all. */
export function grantOf(actor: RoledActor, roles: readonly string[], permission: Permission): Grant | undefined {
  const grants = ROLE_GRANTS.get(permission);
  const conditions = new Set<Condition>();
  for (const column of columnsOf(actor, roles)) {
    const grant = grants?.[column];
    if (grant === true) return true;
    grant?.forEach((condition) => conditions.add(condition));
  }
  const [first, ...rest] = conditions;
  return first === undefined ? undefined : [first, ...rest];
}

/** What a flag of a user takes away when it is false, whatever the roles say. */
export const FLAG_PERMISSIONS = {
  can_create_groups: ['conversation.create', 'group.create'],
  can_share_files: ['file.upload', 'file.share'],
} as const satisfies Record<string, readonly Permission[]>;
export type UserFlags = Readonly<Record<keyof typeof FLAG_PERMISSIONS, boolean>>;

/** Sets whose permissions are kept: roles and flags combine in few ways. */
const SETS_KEPT_MAX = 1_000;
const sets = new Map<string, ReadonlySet<Permission>>();

/** The permissions that roles grant, under a condition or without, less what flags deny. Callers with the same columns and flags share one set. */
export function permissionsOfRoles(actor: RoledActor, roles: readonly string[], flags?: UserFlags): ReadonlySet<Permission> {
  const columns = columnsOf(actor, roles);
  const denying = (Object.keys(FLAG_PERMISSIONS) as (keyof UserFlags)[]).filter((flag) => flags?.[flag] === false);
  return kept(`${columns.join()}-${denying.join()}`, () => {
    const denied = new Set<Permission>(denying.flatMap((flag) => FLAG_PERMISSIONS[flag]));
    const granted = [...ROLE_GRANTS].filter(([, grants]) => columns.some((column) => grants[column] !== undefined));
    return new Set(granted.map(([permission]) => permission).filter((permission) => !denied.has(permission)));
  });
}

/** What is left of permissions when only the named ones count. Unknown names widen nothing. */
export function narrowedTo(permissions: ReadonlySet<string>, names: readonly string[]): ReadonlySet<string> {
  return new Set(names.filter((name) => permissions.has(name)));
}

function kept(name: string, make: () => ReadonlySet<Permission>): ReadonlySet<Permission> {
  const known = sets.get(name);
  if (known !== undefined) return known;
  const made = make();
  if (sets.size >= SETS_KEPT_MAX) sets.clear();
  sets.set(name, made);
  return made;
}
