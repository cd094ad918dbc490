import { type Outbox } from '@caas/composition';
import { type Mongo, type Page } from '@caas/data-access-mongo';
import { requireApplication } from '@caas/identity';
import { type AuditEntry, type Clock, ConflictError, DuplicateKeyError, NetworkList, NotFoundError, ValidationError } from '@caas/runtime';
import { dateTime, idOf, newRowId, type TenantId, text, z } from '@caas/schema';
import { auditing } from '@caas/tenancy';
import { type IpWhitelistEntry, ipWhitelist } from './ip-whitelist.collection.js';
import { networkFieldsOf } from './network-fields.js';
import { type NetworkRules } from './network-rules.js';

const NETWORK_LENGTH_MAX = 49;
/** Networks of one tenant at most. */
const ENTRIES_MAX = 500;

/** A network that a tenant's servers and consoles call from. */
export const newIpWhitelistEntry = z.strictObject({
  /** An address, or a network such as `192.0.2.0/24`. */
  cidr: text({ min: 2, max: NETWORK_LENGTH_MAX }),
  name: text({ min: 1, max: 100 }),
  description: text({ max: 500 }).nullable().default(null),
  /** Null: for all applications. */
  app_id: idOf('app').nullable().default(null),
  expires_at: dateTime().nullable().default(null),
  /** Also when the caller would be on no list afterwards. */
  force: z.boolean().default(false),
});
export type NewIpWhitelistEntry = z.output<typeof newIpWhitelistEntry>;

/** Whoever changes the list, and from where. */
export interface ListCaller {
  readonly by: string;
  readonly actor: AuditEntry['actor'];
  readonly ip: string;
}

export interface IpWhitelistParts {
  readonly mongo: Mongo;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly rules: Pick<NetworkRules, 'changed'>;
}

/** The networks that a tenant permits. They are asked once the tenant switches that on. */
export class IpWhitelistService {
  readonly #parts: IpWhitelistParts;

  constructor(parts: IpWhitelistParts) {
    this.#parts = parts;
  }

  list(tenantId: TenantId, { limit, cursor }: { limit: number; cursor?: string | undefined }): Promise<Page<IpWhitelistEntry>> {
    return this.#repository().page({ tenant_id: tenantId }, { sort: { created_at: -1 }, limit, cursor });
  }

  /** Rejects with `ValidationError` naming the field, `VAL_SEMANTIC` when the caller would lock itself out, and with `ConflictError` for a network that is listed. */
  async add(tenantId: TenantId, input: NewIpWhitelistEntry, caller: ListCaller): Promise<IpWhitelistEntry> {
    const { mongo, clock } = this.#parts;
    const fields = networkFieldsOf(input.cidr, '/body/cidr');
    const expiresAt = this.#expiryOf(input.expires_at);
    if (input.app_id !== null) await requireApplication(mongo, { tenantId, appId: input.app_id });
    const listed = await this.#live(tenantId);
    if (listed.length >= ENTRIES_MAX)
      throw new ConflictError(`A tenant lists at most ${ENTRIES_MAX} networks.`, { code: 'RES_LIMIT_REACHED' });
    if (!input.force && input.app_id === null) requireInside([...networksOf(listed), fields.cidr], caller.ip);
    const row = {
      entry_id: newRowId(),
      ...fields,
      tenant_id: tenantId,
      app_id: input.app_id,
      name: input.name,
      description: input.description,
      enabled: true,
      added_by: caller.by,
      added_at: new Date(clock.now()),
      last_used_at: null,
      use_count: 0,
      expires_at: expiresAt,
    };
    try {
      const write = (): Promise<IpWhitelistEntry> => this.#repository().insert(row);
      return await this.#commit({ row, name: 'ip_whitelist.added', type: 'create', version: 0, write }, caller);
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
      throw new ConflictError('The network is listed already.', { details: { conflictWith: 'cidr' }, cause: error });
    }
  }

  /** Rejects with `NotFoundError`, and with `VAL_SEMANTIC` when the caller would lock itself out. */
  async remove(tenantId: TenantId, { entryId, force }: { entryId: string; force: boolean }, caller: ListCaller): Promise<void> {
    const row = await this.#repository().findOne({ entry_id: entryId, tenant_id: tenantId }, { readFrom: 'primary' });
    if (row === undefined) throw new NotFoundError();
    const left = (await this.#live(tenantId)).filter(({ entry_id }) => entry_id !== entryId);
    if (!force && row.app_id === null) requireInside(networksOf(left), caller.ip);
    const write = (): Promise<boolean> => this.#repository().delete(entryId);
    await this.#commit({ row, name: 'ip_whitelist.removed', type: 'delete', version: row.__v + 1, write }, caller);
  }

  async #commit<Result>(
    change: {
      row: Pick<IpWhitelistEntry, 'entry_id' | 'tenant_id' | 'cidr'>;
      name: string;
      type: string;
      version: number;
      write: () => Promise<Result>;
    },
    { actor }: ListCaller,
  ): Promise<Result> {
    const { row, name, type, version, write } = change;
    const tenantId = row.tenant_id as TenantId;
    const target = { type: 'ip_whitelist', id: row.entry_id, identifier: row.cidr };
    const entry: AuditEntry = { tenantId, actor, action: { category: 'security', type, name }, target, severity: 'medium' };
    const result = await this.#parts.outbox.commit({
      events: [auditing(entry, this.#parts.clock.now())],
      proof: { collection: ipWhitelist.name, tenantId: null, id: row.entry_id, version },
      write,
    });
    await this.#parts.rules.changed(tenantId);
    return result;
  }

  async #live(tenantId: TenantId): Promise<IpWhitelistEntry[]> {
    const rows = await this.#repository().findMany({ tenant_id: tenantId, enabled: true }, { limit: ENTRIES_MAX, readFrom: 'primary' });
    return rows.filter(({ expires_at: until }) => until === null || until.getTime() > this.#parts.clock.now());
  }

  #expiryOf(written: string | null): Date | null {
    if (written === null) return null;
    const at = new Date(written);
    if (at.getTime() > this.#parts.clock.now()) return at;
    throw new ValidationError([{ field: '/body/expires_at', code: 'time', message: 'must be in the future' }]);
  }

  #repository() {
    return this.#parts.mongo.platform(ipWhitelist);
  }
}

/** Those that hold for all applications: people at the console belong to none. */
function networksOf(rows: readonly IpWhitelistEntry[]): string[] {
  return rows.filter(({ app_id }) => app_id === null).map(({ cidr }) => cidr);
}

function requireInside(networks: readonly string[], ip: string): void {
  if (networks.length === 0 || new NetworkList(networks).has(ip)) return;
  throw new ValidationError(
    [{ field: '/body/cidr', code: 'lock_out', message: 'would leave your own address on no list; add it first, or send force' }],
    {
      code: 'VAL_SEMANTIC',
    },
  );
}
