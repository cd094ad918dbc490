import { type EventDefinition, TENANT_KEY, type TopicDefinition } from '@caas/messaging-kafka';
import { describeShape } from '@caas/schema';
import { code, fieldRows } from './field-rows.js';
import { sentence, table } from './markdown.js';

const HEAD = `# Topics

Generated from the definitions by \`caas-admin schema docs --write\`; a spec fails when this page is stale. The same in machine-readable form:
[asyncapi.json](asyncapi.json). Every record but dead letters and tombstones is an envelope: \`id\`, \`type\`, \`version\`, \`timestamp\`, \`tenant_id\`,
\`source\`, \`metadata\` and the \`payload\` that is listed here; values carry the schema's id in front.

| placement of the tenant | topic | record key |
| --- | --- | --- |
| shared (free, starter) | \`{family}.shared\` | \`{tenant_id}:{key}\` |
| dedicated (pro, enterprise) | \`{family}.{tenant_id}\` | \`{key}\` |

Platform and internal families are one topic each, under their own name.
`;

const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 1_000, name: 's' },
];

/** The reference page of all topics: settings at a glance, then every event with its fields. */
export function topicsPage(topics: readonly TopicDefinition[]): string {
  const overview = table(
    ['family', 'partitions', 'kept', 'segment', 'cleanup', 'values', 'compatibility', 'lane'],
    topics.map(({ family, partitions, retentionMs, segmentMs, cleanup, format, compatibility, lane }) => [
      `[${code(family)}](#${family.replaceAll('.', '')})`,
      String(partitions),
      duration(retentionMs),
      segmentMs === undefined ? '' : duration(segmentMs),
      cleanup,
      format === 'avro' ? 'Avro' : 'JSON Schema',
      compatibility,
      lane,
    ]),
  );
  return `${[HEAD, overview, ...topics.map(sectionOf)]
    .join('\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function sectionOf({ family, description, subject, settings, events, record }: TopicDefinition): string {
  const more = Object.entries(settings).map(([name, value]) => `${code(name)} ${value}`);
  const facts = [`Subject: ${code(subject)}.`, ...(more.length > 0 ? [`Further settings: ${more.join(', ')}.`] : [])].join(' ');
  const body = record === undefined ? events.map(eventSection) : [fieldTable(record)];
  return [`## ${family}`, sentence(description), facts, ...body].join('\n\n');
}

function eventSection({ type, version, key, description, payload }: EventDefinition): string {
  const by = key === null ? 'no key, so in no order' : key === TENANT_KEY ? 'key: the tenant' : `key: ${code(key)}`;
  return [`### ${type}`, `${sentence(description)} Version ${version}, ${by}.`, fieldTable(payload)].join('\n\n');
}

function fieldTable(schema: Parameters<typeof describeShape>[0]): string {
  const rows = fieldRows(describeShape(schema)).map(({ path, type, limits, isNullable, isOptional, description }) => [
    code(path),
    [isOptional ? 'optional' : '', isNullable ? 'or null' : ''].filter(Boolean).join(', '),
    type,
    [limits, description].filter(Boolean).join('. '),
  ]);
  return table(['field', 'presence', 'type', 'limits'], rows);
}

function duration(ms: number): string {
  const unit = UNITS.find(({ ms: size }) => ms % size === 0);
  return unit === undefined ? `${ms} ms` : `${ms / unit.ms} ${unit.name}`;
}
