import { announcing, type Announcement, type Outbox } from '@caas/composition';
import { changesBetween } from '@caas/messaging-kafka';
import { type AuditEntry, type Clock, type TenantContext } from '@caas/runtime';
import { auditing, type SettingsService } from '@caas/tenancy';
import { type ChangeOrigin } from '../change-origin.js';
import { type NewUserRow } from './new-user-row.js';
import { userCreated, userDeleted, userUpdated } from './users.events.js';
import { type User, users } from './users.collection.js';

/** Days until the row of a deleted user is removed. */
const RETENTION_DAYS = 30;
/** What everybody who meets a user sees anyway; the rest of a profile is personal. */
const PUBLIC_FIELDS: ReadonlySet<string> = new Set(['profile.display_name', 'profile.avatar_url', 'roles', 'status']);

/** A state of a user, as far as events tell of it. */
type ToldUser = Pick<NewUserRow, 'profile' | 'roles' | 'status' | 'settings'>;

export interface UserAnnouncerParts {
  readonly outbox: Outbox;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly clock: Clock;
}

/** Commits changes of users together with what is told of them. Personal data is told only where the tenant's setting `events.include_pii` says so. */
export class UserAnnouncer {
  readonly #parts: UserAnnouncerParts;

  constructor(parts: UserAnnouncerParts) {
    this.#parts = parts;
  }

  async created<Result>(
    tenant: TenantContext,
    row: NewUserRow,
    change: { by: ChangeOrigin; write: () => Promise<Result> },
  ): Promise<Result> {
    const { user_id, external_id, profile } = row;
    const { avatar_url, display_name } = profile;
    const payload = {
      user_id,
      external_user_id: external_id,
      display_name,
      ...(avatar_url !== null && { avatar_url }),
      ...((await this.#tellsAll(tenant)) && personalOf(profile)),
      created_by: change.by.by,
      created_at: this.#parts.clock.now(),
    };
    return this.#commit(
      tenant,
      { user_id, version: 0 },
      { ...change, tell: (common) => announcing({ ...common, event: userCreated, payload }) },
    );
  }

  /** Tells of the fields that differ between two states of a user; of none, when none does. */
  async updated<Result>(
    tenant: TenantContext,
    before: User,
    { after, ...change }: { after: ToldUser; by: ChangeOrigin; audit?: AuditEntry; write: () => Promise<Result> },
  ): Promise<Result> {
    const { user_id, __v: version } = before;
    const tellsAll = await this.#tellsAll(tenant);
    const changes = changesBetween(toldOf(before), toldOf(after), (field) => !tellsAll && !PUBLIC_FIELDS.has(field));
    if (changes.length === 0) return change.write();
    const payload = { user_id, updated_by: change.by.by, updated_at: this.#parts.clock.now(), changes };
    return this.#commit(
      tenant,
      { user_id, version: version + 1 },
      { ...change, tell: (common) => announcing({ ...common, event: userUpdated, payload }) },
    );
  }

  deleted<Result>(
    tenant: TenantContext,
    { user_id, __v: version }: User,
    change: { by: ChangeOrigin; audit?: AuditEntry; write: () => Promise<Result> },
  ): Promise<Result> {
    const payload = { user_id, deleted_by: change.by.by, deleted_at: this.#parts.clock.now(), data_retention_days: RETENTION_DAYS };
    return this.#commit(
      tenant,
      { user_id, version: version + 1 },
      { ...change, tell: (common) => announcing({ ...common, event: userDeleted, payload }) },
    );
  }

  #commit<Result>(
    tenant: TenantContext,
    { user_id: id, version }: { user_id: string; version: number },
    {
      by,
      audit,
      write,
      tell,
    }: { by: ChangeOrigin; audit?: AuditEntry; write: () => Promise<Result>; tell: (common: CommonFacts) => Announcement },
  ): Promise<Result> {
    const { applicationId } = by;
    const common = { tenant, timestamp: this.#parts.clock.now(), ...(applicationId !== undefined && { applicationId }) };
    const proof = { collection: users.name, tenantId: tenant.tenantId, id, version };
    const audited = audit === undefined ? [] : [auditing(audit, common.timestamp)];
    return this.#parts.outbox.commit({ events: [tell(common), ...audited], proof, write });
  }

  async #tellsAll(tenant: TenantContext): Promise<boolean> {
    return (await this.#parts.settings.get(tenant)).settings.events.include_pii;
  }
}

interface CommonFacts {
  readonly tenant: TenantContext;
  readonly timestamp: number;
  readonly applicationId?: string;
}

/** What is told of a user, by dotted path. */
function toldOf({ profile, roles, status, settings }: ToldUser): Record<string, unknown> {
  const { username_lc: _, ...fields } = profile;
  const { notifications, privacy, chat } = settings;
  return {
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`profile.${name}`, value])),
    ...{ roles, status, 'settings.notifications': notifications, 'settings.privacy': privacy, 'settings.chat': chat },
  };
}

function personalOf({ email, username, first_name, last_name, bio, phone }: NewUserRow['profile']) {
  const known = Object.entries({ username, first_name, last_name, bio, phone }).filter(([, value]) => value !== null);
  return { ...(email !== null && { email }), profile: Object.fromEntries(known) as Record<string, string> };
}
