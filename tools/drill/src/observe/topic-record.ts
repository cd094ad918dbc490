import { parseSharedKey, parseTopic } from '@caas/messaging-kafka';
import { type TopicRecord } from '../checker/observed.js';
import { type DrillTenant } from '../system/tenant.js';
import { type RawRecord } from './raw-kafka.js';

const MESSAGE_ID = /msg_[0-9a-hjkmnp-tv-z]{26}/;
const CONVERSATION_ID = /conv_[0-9a-hjkmnp-tv-z]{26}/;

/** The alias of a tenant by its id; the id itself for one that is not of the drill. */
export type AliasOf = (tenantId: string) => string;

export const aliases =
  (tenants: readonly DrillTenant[]): AliasOf =>
  (tenantId) =>
    tenants.find((tenant) => tenant.tenantId === tenantId)?.alias ?? tenantId;

/** What a record says, as far as its bytes can be read without a schema: ids stand in them as text. */
export function toTopicRecord({ topic, partition, offset, message }: RawRecord, aliasOf: AliasOf): TopicRecord {
  const header = (name: string): string | undefined => {
    const value = message.headers?.[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    return last?.toString();
  };
  const text = message.value?.toString('latin1') ?? '';
  const tenantId = header('tenant_id');
  const keyTenant = keyTenantOf(topic, message.key?.toString());
  return {
    ...{ topic, partition, offset },
    ...present('type', header('event_type')),
    ...present('eventId', header('event_id')),
    ...present('keyTenant', keyTenant === undefined ? undefined : aliasOf(keyTenant)),
    ...present('headerTenant', tenantId === undefined ? undefined : aliasOf(tenantId)),
    ...present('messageId', MESSAGE_ID.exec(text)?.[0]),
    ...present('conversation', CONVERSATION_ID.exec(text)?.[0]),
  };
}

/** The tenant that a topic's own name or the key on a shared topic says. */
function keyTenantOf(topic: string, key: string | undefined): string | undefined {
  const place = parseTopic(topic);
  if (place?.placement === 'dedicated') return place.tenantId;
  return key === undefined ? undefined : parseSharedKey(key)?.tenantId;
}

const present = <Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> =>
  value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
