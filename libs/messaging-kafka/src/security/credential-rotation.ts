import { randomBytes } from 'node:crypto';
import { type Clock, ConflictError, type Logger, type Login } from '@caas/runtime';
import { otherSlot, parseUser, type Slot, userOf } from './principals.js';
import { type PublishedLogin } from './published-login.js';
import { type ScramAdministration } from './scram.js';
import { type AclAdmin, type AclEntry } from './types.js';

export interface CredentialRotationOptions {
  readonly service: string;
  readonly users: ScramAdministration;
  readonly acls: Pick<AclAdmin, 'list'>;
  readonly published: PublishedLogin;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a rotation does; never the password. */
export interface Rotation {
  readonly service: string;
  /** Who the service is so far; absent when nothing was published. */
  readonly from?: string;
  /** Who it is from now on. */
  readonly to: string;
}

export interface Retirement {
  readonly service: string;
  /** The user whose password was deleted; absent when there was none. */
  readonly retired?: string;
  /** Who the service is. */
  readonly active: string;
}

const PASSWORD_BYTES = 32;
/** In which every process has seen the new credentials, and every connection of the old ones had to prove itself again. */
export const GRACE_MS = 24 * 3_600_000;

/**
 * Changes a service's credentials without a pause: the unused one of its two users gets a new password, is tried at every broker, and is published;
 * processes that watch the publication change over by themselves. The old user is retired later. One rotation of a service at a time: the caller
 * sees to that.
 */
export class CredentialRotation {
  readonly #options: CredentialRotationOptions;

  constructor(options: CredentialRotationOptions) {
    this.#options = options;
  }

  /** What {@link rotate} would do. Rejects with a `ConflictError` when the rights of the two users differ, or the unused one is not retired yet. */
  async plan(): Promise<Rotation> {
    const { service, users, published } = this.#options;
    const from = await published.read();
    const slot = from === undefined ? undefined : this.#slotOf(from);
    const to = userOf(service, slot === undefined ? 'a' : otherSlot(slot));
    await this.#requireRights(from?.username, to);
    // A process that has not changed over yet would be locked out.
    if (from !== undefined && (await users.users()).includes(to)) {
      throw new ConflictError(`${to} is not retired yet. Run first: caas-admin credentials retire --service ${service}`);
    }
    return { service, ...(from && { from: from.username }), to };
  }

  /** Rejects before anything is published when the brokers do not take the new credentials; then there are none, and the old ones stay in use. */
  async rotate(): Promise<Rotation> {
    const { users, published, logger } = this.#options;
    const rotation = await this.plan();
    const login: Login = { username: rotation.to, password: randomBytes(PASSWORD_BYTES).toString('base64url') };
    try {
      await users.upsert(login);
      await published.write(login);
    } catch (error) {
      await users
        .delete(rotation.to)
        .catch((failure: unknown) => logger.error({ err: failure, ...rotation }, 'unused credentials not deleted'));
      throw error;
    }
    logger.info({ action: 'credential.rotated', category: 'security', ...rotation }, 'credentials rotated');
    return rotation;
  }

  /**
   * Deletes the password of the user that is not published. Rejects with a `ConflictError` while the publication is younger than `graceMs`: somebody may
   * still need the old one.
   */
  async retire({ graceMs = GRACE_MS, dryRun = false }: { graceMs?: number; dryRun?: boolean } = {}): Promise<Retirement> {
    const { service, users, published, clock, logger } = this.#options;
    const active = await published.read();
    if (active === undefined) throw new ConflictError(`Nothing is published for ${service}, so nobody can say which user is unused.`);
    const unused = userOf(service, otherSlot(this.#slotOf(active)));
    if (!(await users.users()).includes(unused)) return { service, active: active.username };
    const ageMs = clock.now() - ((await published.publishedAt()) ?? clock.now());
    if (ageMs < graceMs) {
      const minutes = Math.ceil((graceMs - ageMs) / 60_000);
      throw new ConflictError(`${unused} may still be in use: wait ${minutes} more minutes, or name a shorter grace.`);
    }
    const retirement = { service, retired: unused, active: active.username };
    if (dryRun) return retirement;
    await users.delete(unused);
    logger.info({ action: 'credential.retired', category: 'security', ...retirement }, 'credentials retired');
    return retirement;
  }

  #slotOf({ username }: Login): Slot {
    const { service } = this.#options;
    const user = parseUser(username);
    if (user?.service === service) return user.slot;
    throw new ConflictError(`${username} is published, which is none of the users of ${service}.`);
  }

  /** A user without the rights of its twin would be published into an outage. */
  async #requireRights(from: string | undefined, to: string): Promise<void> {
    const entries = await this.#options.acls.list();
    const [old, fresh] = [rightsOfUser(entries, from), rightsOfUser(entries, to)];
    const missing = fresh.length === 0 || (from !== undefined && old.join() !== fresh.join());
    if (missing) throw new ConflictError(`${to} has not the rights that the service needs. Run first: caas-admin acl apply`);
  }
}

const rightsOfUser = (entries: readonly AclEntry[], user: string | undefined): string[] =>
  entries
    .filter(({ principal }) => principal === `User:${user}`)
    .map(({ principal: _principal, ...right }) => JSON.stringify(right))
    .sort();
