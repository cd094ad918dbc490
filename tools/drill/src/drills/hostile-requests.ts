import { type Field } from '../field.js';

/** Bodies that try to be more than data, as raw text: an object literal would lose some of them on the way. */
function hostileBodies(alias: string): [string, string][] {
  const text = `"text":"${alias}: hostile"`;
  const deep = `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`;
  return [
    ['__proto__', `{"type":"text","content":{${text}},"metadata":{"__proto__":{"admin":true}}}`],
    ['constructor', `{"type":"text","content":{${text}},"metadata":{"constructor":{"prototype":{"admin":true}}}}`],
    ['$where', `{"type":"text","content":{${text}},"metadata":{"$where":"sleep(1000)"}}`],
    ['an operator in place of text', `{"type":"text","content":{"text":{"$gt":""}}}`],
    ['a dotted key', `{"type":"text","content":{${text}},"metadata":{"tenant_id.x":1}}`],
    ['the tenant of another', `{"type":"text","content":{${text}},"tenant_id":"clnt_00000000"}`],
    ['deep nesting', `{"type":"text","content":{${text}},"metadata":${deep}}`],
    ['NUL in a text', `{"type":"text","content":{"text":"${alias}: \\u0000"}}`],
    ['half a surrogate pair', `{"type":"text","content":{"text":"${alias}: \\ud800"}}`],
    ['two megabytes', `{"type":"text","content":{"text":"${alias}: ${'x'.repeat(2_000_000)}"}}`],
    ['no JSON', '{"type":'],
  ];
}

/** Sends them as a member of a conversation; claims that each is taken or refused by 4xx, never by an error of the server. */
export async function hostileRequests(field: Field): Promise<void> {
  const [scene] = field.scenes;
  if (scene === undefined) throw new Error('There is no tenant.');
  const url = `${field.gateway.url}/v1/conversations/${scene.conversations[0]}/messages`;
  for (const [what, body] of hostileBodies(scene.tenant.alias)) {
    const answer = await scene.client.call('POST', url, { body, userId: scene.senders[0] ?? '' }).catch(() => undefined);
    const status = answer?.status ?? 0;
    field.claim(`${what} is taken or refused by 4xx`, status >= 200 && status < 500, status);
  }
}
