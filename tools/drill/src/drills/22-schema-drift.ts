import { type Drill } from '../drill.js';
import { type Field } from '../field.js';

const SUBJECT = 'chat.messages-value';
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

interface AvroRecord {
  readonly fields: readonly { readonly name: string; readonly type: unknown }[];
}
type AvroSchema = AvroRecord | readonly AvroRecord[];

export const schemaDrift: Drill = {
  number: 22,
  name: 'schema-drift',
  fault: 'a next version of the schema of messages is registered under load: one that adds a field, one that changes a type',
  holds: 'the addition is taken and everybody goes on; the breaking one is refused at registration',
  setup: {},
  async run(field) {
    const load = field.load();
    await load.untilTaken(50);

    const latest = JSON.parse(
      ((await ask(field, 'GET', `/subjects/${SUBJECT}/versions/latest`)).body as { schema: string }).schema,
    ) as AvroSchema;
    const note = { name: `drill_${field.runName}`, type: ['null', 'string'], default: null };
    const added = withFields(latest, (fields) => [...fields, note]);
    const broken = withFields(latest, (fields) => fields.map((one) => (one.name === 'id' ? { ...one, type: 'long' } : one)));
    const breaking = await register(field, broken);
    field.claim('a breaking version is refused at registration', breaking === 409, breaking);
    const addition = await register(field, added);
    field.claim('a version with one more optional field is registered', addition === 200, addition);
    await load.untilTaken(50);
    await field.worker.process.end('SIGTERM');
    await field.startWorker(); // one that meets the new version while it starts
    await field.startGateway();
    await load.untilTaken(50);
    await load.stop();

    field.claim('nobody is refused', Object.keys(load.refusals).length === 0, JSON.stringify(load.refusals));
  },
};

/** The schema with other fields in its envelope; where it is a union of envelopes, in the first. */
function withFields(schema: AvroSchema, change: (fields: AvroRecord['fields']) => AvroRecord['fields']): AvroSchema {
  if (!('fields' in schema)) return schema.map((one, index) => (index === 0 ? (withFields(one, change) as AvroRecord) : one));
  return { ...schema, fields: change(schema.fields) };
}

async function register(field: Field, schema: object): Promise<number> {
  return (await ask(field, 'POST', `/subjects/${SUBJECT}/versions`, { schema: JSON.stringify(schema) })).status;
}

async function ask(field: Field, method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${field.system.stack.registry_url}${path}`, {
    method,
    headers: { 'content-type': CONTENT_TYPE },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}
