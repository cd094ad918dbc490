import { type Logger } from '@caas/runtime';
import kafkajs, { type AclEntry as KafkaJsAcl, type AclFilter } from 'kafkajs';
import { type AdminConnection } from '../client/admin-connection.js';
import { isServicePrincipal } from './principals.js';
import { type AclAdmin, type AclApplyOptions, type AclDiff, type AclEntry, type AclReport } from './types.js';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** {@link AclAdmin} over one admin connection. */
export class KafkaAclAdmin implements AclAdmin {
  readonly #admin: AdminConnection;
  readonly #logger: Logger;

  constructor({ admin, logger }: { admin: AdminConnection; logger: Logger }) {
    this.#admin = admin;
    this.#logger = logger;
  }

  async list(): Promise<readonly AclEntry[]> {
    const { resources } = await this.#admin.ask('list its ACLs', (client) => client.describeAcls(EVERYTHING));
    return resources
      .flatMap((resource) => resource.acls.map((acl) => fromKafka({ ...resource, ...acl })))
      .filter(({ principal }) => isServicePrincipal(principal))
      .sort((left, right) => keyOf(left).localeCompare(keyOf(right)));
  }

  async diff(wanted: readonly AclEntry[]): Promise<AclDiff> {
    const live = await this.list();
    return { missing: without(wanted, live), extra: without(live, wanted) };
  }

  async apply(wanted: readonly AclEntry[], { dryRun = false, revokeExtra = false }: AclApplyOptions = {}): Promise<AclReport> {
    const { missing, extra } = await this.diff(wanted);
    if (!dryRun) {
      await this.grant(missing);
      if (revokeExtra) await this.revoke(extra);
    }
    return {
      granted: missing,
      revoked: revokeExtra ? extra : [],
      left: revokeExtra ? [] : extra,
      unchanged: wanted.length - missing.length,
    };
  }

  async grant(entries: readonly AclEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#admin.ask('grant rights', (client) => client.createAcls({ acl: entries.map(toKafka) }));
    this.#logger.info({ acls: entries.map(describeAcl) }, 'ACLs granted');
  }

  async revoke(entries: readonly AclEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#admin.ask('revoke rights', (client) => client.deleteAcls({ filters: entries.map(toKafka) }));
    this.#logger.info({ acls: entries.map(describeAcl) }, 'ACLs revoked');
  }
}

/** One line for people: `User:service-gateway-a may write topic chat.messages.*`. */
export function describeAcl({ principal, host, permission, operation, resource }: AclEntry): string {
  const name = resource.pattern === 'prefixed' ? `${resource.name}*` : resource.name;
  const from = host === '*' ? '' : ` from ${host}`;
  return `${principal} ${permission === 'allow' ? 'may' : 'may not'} ${operation} ${resource.type} ${name}${from}`;
}

const EVERYTHING: AclFilter = {
  resourceType: AclResourceTypes.ANY,
  resourcePatternType: ResourcePatternTypes.ANY,
  operation: AclOperationTypes.ANY,
  permissionType: AclPermissionTypes.ANY,
};

function without(entries: readonly AclEntry[], others: readonly AclEntry[]): readonly AclEntry[] {
  const known = new Set(others.map(keyOf));
  return entries.filter((entry) => !known.has(keyOf(entry)));
}

const keyOf = ({ principal, host, permission, operation, resource: { type, name, pattern } }: AclEntry): string =>
  [principal, type, pattern, name, operation, permission, host].join(' ');

/** Both sides have the same names, in another case. */
function toKafka({ principal, host, permission, operation, resource }: AclEntry): KafkaJsAcl {
  return {
    principal,
    host,
    permissionType: permission === 'allow' ? AclPermissionTypes.ALLOW : AclPermissionTypes.DENY,
    operation: numberOf(AclOperationTypes, operation),
    resourceType: numberOf(AclResourceTypes, resource.type),
    resourceName: resource.name,
    resourcePatternType: resource.pattern === 'prefixed' ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  };
}

function fromKafka(acl: KafkaJsAcl): AclEntry {
  return {
    principal: acl.principal,
    host: acl.host,
    permission: acl.permissionType === AclPermissionTypes.ALLOW ? 'allow' : 'deny',
    operation: nameOf(AclOperationTypes, acl.operation) as AclEntry['operation'],
    resource: {
      type: nameOf(AclResourceTypes, acl.resourceType) as AclEntry['resource']['type'],
      name: acl.resourceName,
      pattern: acl.resourcePatternType === ResourcePatternTypes.PREFIXED ? 'prefixed' : 'literal',
    },
  };
}

/** kafkajs's tables of codes, by name in capitals. */
type Codes = Readonly<Record<string, number | string>>;

const numberOf = (codes: Codes, name: string): number => codes[name.toUpperCase()] as number;
const nameOf = (codes: Codes, code: number): string => (Object.keys(codes).find((name) => codes[name] === code) ?? 'UNKNOWN').toLowerCase();
