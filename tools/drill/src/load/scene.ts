import { type DrillTenant } from '../system/tenant.js';
import { type GatewayClient } from './gateway-client.js';

/** Users and conversations of one tenant in one run. Their names are the same for every tenant, on purpose. */
export interface Scene {
  readonly tenant: DrillTenant;
  readonly client: GatewayClient;
  /** Ids of users; each is a member of every conversation. */
  readonly senders: readonly string[];
  readonly conversations: readonly string[];
}

export interface SceneSize {
  readonly senders: number;
  readonly conversations: number;
}

/** Creates what a load needs, through the API. `run` keeps runs apart. Rejects when the gateway refuses anything. */
export async function setScene(
  { tenant, client, url }: { tenant: DrillTenant; client: GatewayClient; url: string },
  run: string,
  { senders, conversations }: SceneSize,
): Promise<Scene> {
  const create = async <Field extends string>(path: string, body: object, field: Field): Promise<string> => {
    const answer = await client.call<Record<Field, string>>('POST', `${url}${path}`, { body });
    if (answer.status !== 201) throw new Error(`POST ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body[field];
  };
  const users = await Promise.all(
    Array.from({ length: senders }, (_, index) =>
      create('/v1/users', { external_id: `${run}-sender-${index}`, display_name: `Sender ${index}` }, 'user_id'),
    ),
  );
  const rooms = await Promise.all(
    Array.from({ length: conversations }, (_, index) =>
      create('/v1/conversations', { type: 'group', name: `Room ${index}`, member_ids: users }, 'conversation_id'),
    ),
  );
  return { tenant, client, senders: users, conversations: rooms };
}
