import { type z } from 'zod';

/** The record key is the tenant's id (platform-wide facts): `defineEvent({ …, key: TENANT_KEY })`. */
export const TENANT_KEY = '@tenant';

/** Where the record key comes from: a string field of the payload, the tenant, or nowhere (`null`: spread over partitions, no order). */
export type KeySource = string | null;

/** One kind of fact or command, at one version. Immutable; made by {@link defineEvent} only. */
export interface EventDefinition<Type extends string = string, Payload extends z.ZodObject = z.ZodObject> {
  readonly type: Type;
  /** semver of the payload. Consumers accept their own major version and any minor one. */
  readonly version: string;
  readonly major: number;
  readonly payload: Payload;
  readonly key: KeySource;
  readonly description: string;
}

/** Payload of an event definition, as producers hand it in and consumers get it. */
export type PayloadOf<Event extends EventDefinition> = z.output<Event['payload']>;

export interface EventOptions<Type extends string, Payload extends z.ZodObject> {
  readonly type: Type;
  readonly version: string;
  readonly payload: Payload;
  readonly key: Extract<keyof z.output<Payload>, string> | typeof TENANT_KEY | null;
  readonly description?: string;
}

const TYPE_FORM = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
const SEMVER_FORM = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;
const KEY_KINDS = ['string', 'enum', 'literal', 'template_literal'];

/**
 * Defines an event. Throws a `TypeError` that names the rule when the type is not a dotted lower-case name of at most 100 characters, the
 * version is not `major.minor.patch`, or the key is not a required string field of the payload.
 */
export function defineEvent<const Type extends string, Payload extends z.ZodObject>(
  options: EventOptions<Type, Payload>,
): EventDefinition<Type, Payload> {
  const { type, version, payload, key, description = '' } = options;
  if (!TYPE_FORM.test(type) || type.length > 100) {
    throw new TypeError(`Event type "${type}" must be a dotted lower-case name such as "message.sent", at most 100 characters long.`);
  }
  const semver = SEMVER_FORM.exec(version);
  if (semver === null) throw new TypeError(`Event ${type}: version "${version}" must be major.minor.patch, such as "1.0.0".`);
  checkKey(type, key, payload);
  return Object.freeze({ type, version, major: Number(semver[1]), payload, key, description });
}

function checkKey(type: string, key: KeySource, payload: z.ZodObject): void {
  if (key === null || key === TENANT_KEY) return;
  const field = (payload.shape as Readonly<Record<string, z.ZodType | undefined>>)[key];
  if (field === undefined) throw new TypeError(`Event ${type}: the key field "${key}" is not in the payload.`);
  if (!KEY_KINDS.includes(field.def.type)) {
    throw new TypeError(`Event ${type}: the key field "${key}" must be a required string, not ${field.def.type}.`);
  }
}
