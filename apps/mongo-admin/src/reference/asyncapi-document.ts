import { envelopeSchema, type EventDefinition, hasSchema, TENANT_KEY, type TopicDefinition } from '@caas/messaging-kafka';
import { toAvro, toJsonSchema, type z } from '@caas/schema';

/** What the kafka binding of AsyncAPI knows of a topic's settings. */
const BINDING_SETTINGS = ['retention.ms', 'retention.bytes', 'delete.retention.ms', 'max.message.bytes'];
const BINDING_VERSION = '0.5.0';

/** The AsyncAPI 3 document of all topics but those that only carry others' bytes. Kafka's values carry the registry's frame in front: a zero byte and the schema id. */
export function asyncApiDocument(definitions: readonly TopicDefinition[]): object {
  const topics = definitions.filter(hasSchema);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'CAAS events',
      version: '1.0.0',
      description:
        'Every topic with the events that it carries. Generated from the definitions by `caas-admin schema docs --write`; a spec fails when it is stale.',
      license: { name: 'Apache 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    channels: Object.fromEntries(topics.map((topic) => [topic.family, channelOf(topic)])),
    operations: Object.fromEntries(topics.map((topic) => [`read.${topic.family}`, readingOf(topic)])),
    components: { messages: Object.fromEntries(topics.flatMap((topic) => messagesOf(topic))) },
  };
}

function channelOf(topic: TopicDefinition): object {
  const { family, scope, description, partitions, retentionMs, cleanup, settings } = topic;
  const configured = { 'retention.ms': retentionMs, ...settings };
  return {
    address: scope === 'tenant' ? `${family}.{placement}` : family,
    description,
    ...(scope === 'tenant' && {
      parameters: { placement: { description: '`shared` for the tenants of small plans together, else the id of the tenant' } },
    }),
    messages: Object.fromEntries(namesOf(topic).map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: {
      kafka: {
        partitions,
        topicConfiguration: {
          'cleanup.policy': cleanup.split(','),
          ...Object.fromEntries(
            Object.entries(configured).flatMap(([name, value]) => (BINDING_SETTINGS.includes(name) ? [[name, Number(value)]] : [])),
          ),
        },
        bindingVersion: BINDING_VERSION,
      },
    },
  };
}

function readingOf(topic: TopicDefinition): object {
  return {
    action: 'receive',
    summary: `Read ${topic.family}`,
    channel: { $ref: `#/channels/${topic.family}` },
    messages: namesOf(topic).map((name) => ({ $ref: `#/channels/${topic.family}/messages/${name}` })),
  };
}

/** A topic of plain records has one kind of message, named after it. */
const namesOf = ({ family, events, record }: TopicDefinition): readonly string[] =>
  record === undefined ? events.map(({ type }) => type) : [family];

function messagesOf(topic: TopicDefinition): [string, object][] {
  const { family, record, events, description } = topic;
  if (record !== undefined) return [[family, { ...messageOf(topic, record), name: family, summary: description }]];
  return events.map((event) => [event.type, eventMessage(topic, event)]);
}

function eventMessage(topic: TopicDefinition, event: EventDefinition): object {
  const message = messageOf(topic, envelopeSchema(event));
  return { ...message, name: event.type, title: `${event.type} ${event.version}`, summary: event.description, bindings: bindingsOf(event) };
}

function messageOf({ family, format }: TopicDefinition, schema: z.ZodType): object {
  if (format === 'json') {
    return {
      contentType: 'application/vnd.caas.json',
      payload: { schemaFormat: 'application/schema+json;version=draft-07', schema: toJsonSchema(schema, { dialect: 'draft-07' }) },
    };
  }
  return {
    contentType: 'application/vnd.caas.avro',
    payload: {
      schemaFormat: 'application/vnd.apache.avro+json;version=1.9.0',
      schema: toAvro(schema, { name: 'Envelope', namespace: `caas.${family}` }),
    },
  };
}

function bindingsOf({ key }: EventDefinition): object {
  const described =
    key === null ? undefined : { type: 'string', description: key === TENANT_KEY ? 'the tenant’s id' : `\`${key}\` of the payload` };
  return {
    kafka: {
      ...(described && { key: described }),
      schemaIdLocation: 'payload',
      schemaIdPayloadEncoding: 'confluent',
      bindingVersion: BINDING_VERSION,
    },
  };
}
