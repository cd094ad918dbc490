import { NotFoundError } from '@caas/runtime';
import { type TopicDefinition } from '../definitions/topic.js';
import { type RegisteredSchema, type RegistryClient, type Schemas } from './types.js';
import { ValueDecoders } from './value-decoders.js';
import { ValueEncoder } from './value-encoder.js';

interface SubjectId {
  readonly subject: string;
  readonly id: number;
}

/** {@link Schemas} of one process, with one encoder and one set of decoders per topic definition. */
export class SchemaCatalogue implements Schemas {
  readonly #registry: RegistryClient;
  readonly #count: (result: 'hit' | 'miss' | 'error') => void;
  readonly #encoders = new Map<string, ValueEncoder>();
  readonly #decoders = new Map<string, ValueDecoders>();

  constructor(registry: RegistryClient, count?: (result: 'hit' | 'miss' | 'error') => void) {
    this.#registry = registry;
    this.#count = count ?? (() => undefined);
  }

  encoderOf(definition: TopicDefinition): ValueEncoder {
    return entryOf(this.#encoders, definition.family, () => new ValueEncoder(definition));
  }

  decodersOf(definition: TopicDefinition): ValueDecoders {
    return entryOf(this.#decoders, definition.family, () => new ValueDecoders(definition, this.#registry, this.#count));
  }

  registerAll(definitions: readonly TopicDefinition[]): Promise<readonly SubjectId[]> {
    return Promise.all(definitions.filter(hasSchema).map((definition) => this.#register(definition)));
  }

  async lookupAll(definitions: readonly TopicDefinition[]): Promise<readonly SubjectId[]> {
    const found = await Promise.all(
      definitions
        .filter(hasSchema)
        .map(async (definition) => ({ definition, id: await this.#registry.lookup(definition.subject, schemaOf(definition)) })),
    );
    const missing = found.filter(({ id }) => id === undefined).map(({ definition }) => definition.subject);
    if (missing.length > 0) {
      throw new NotFoundError(`The registry lacks the present version of ${missing.join(', ')}. Let the provisioner register it first.`);
    }
    return found.map(({ definition, id }) => this.#use(definition, id ?? 0));
  }

  check(): Promise<void> {
    return this.#registry.ping();
  }

  async #register(definition: TopicDefinition): Promise<SubjectId> {
    const { subject, compatibility } = definition;
    const schema = schemaOf(definition);
    // A known schema needs no write, so that ordinary starts work with a registry that is read-only to them.
    const known = await this.#registry.lookup(subject, schema);
    if (known !== undefined) return this.#use(definition, known);
    const id = await this.#registry.register(subject, schema);
    // Some registries know no settings of a subject before its first version, so the rule is set for the second one on.
    await this.#registry.setCompatibility(subject, compatibility);
    return this.#use(definition, id);
  }

  #use(definition: TopicDefinition, id: number): SubjectId {
    this.encoderOf(definition).useSchema(id);
    return { subject: definition.subject, id };
  }
}

const hasSchema = ({ format }: TopicDefinition): boolean => format !== 'bytes';

const schemaOf = ({ format, value }: TopicDefinition): RegisteredSchema => ({
  type: format === 'avro' ? 'AVRO' : 'JSON',
  text: value.text,
});

function entryOf<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}
