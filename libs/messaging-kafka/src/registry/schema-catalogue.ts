import { ConflictError, NotFoundError, UnavailableError } from '@caas/runtime';
import { hasSchema, type TopicDefinition } from '../definitions/topic.js';
import { checkCompatibility, issueText } from './compatibility/check-compatibility.js';
import { schemaOf } from './schema-of.js';
import { type RegistryClient, type Schemas, type SchemaStatus, type SchemaVersion } from './types.js';
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

  async registerAll(definitions: readonly TopicDefinition[], { levels = false } = {}): Promise<readonly SubjectId[]> {
    const framed = definitions.filter(hasSchema);
    const registered = await Promise.all(framed.map((definition) => this.#register(definition)));
    if (levels) await Promise.all(framed.map(({ subject, compatibility }) => this.#registry.setCompatibility(subject, compatibility)));
    return registered;
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

  status(definitions: readonly TopicDefinition[]): Promise<readonly SchemaStatus[]> {
    return Promise.all(definitions.filter(hasSchema).map((definition) => this.#statusOf(definition)));
  }

  subjects(): Promise<readonly string[]> {
    return this.#registry.subjects();
  }

  async check(): Promise<void> {
    await this.#registry.ping();
    const waiting = [...this.#encoders.values()].filter(({ isWaiting }) => isWaiting).length;
    if (waiting > 0) throw new UnavailableError(`The ids of ${waiting} schemas are not known yet.`);
  }

  async #register(definition: TopicDefinition): Promise<SubjectId> {
    const { subject, compatibility } = definition;
    const schema = schemaOf(definition);
    // A known schema needs no write, so that ordinary starts work with a registry that is read-only to them.
    const known = await this.#registry.lookup(subject, schema);
    if (known !== undefined) return this.#use(definition, known);
    let id: number;
    try {
      id = await this.#registry.register(subject, schema);
    } catch (error) {
      throw error instanceof ConflictError ? await this.#refusal(definition, error) : error;
    }
    // Some registries know no settings of a subject before its first version, so the rule is set for the second one on.
    await this.#registry.setCompatibility(subject, compatibility);
    return this.#use(definition, id);
  }

  /** Why the registry refused, with both versions and our own comparison, which names the field. */
  async #refusal(definition: TopicDefinition, refusal: ConflictError): Promise<ConflictError> {
    const latest = await this.#registry.version(definition.subject, 'latest').catch(() => undefined);
    if (latest === undefined) return refusal;
    const issues = issuesAgainst(definition, latest);
    const message = [
      `The schema of ${definition.subject} in this build cannot follow version ${latest.version} (id ${latest.id}) under ${definition.compatibility}.`,
      ...(issues.length > 0 ? issues : [refusal.message]),
    ].join(' ');
    return new ConflictError(message, { cause: refusal, details: { reason: 'SCHEMA_INCOMPATIBLE' } });
  }

  async #statusOf(definition: TopicDefinition): Promise<SchemaStatus> {
    const { subject, compatibility: defined } = definition;
    const [known, latest, set] = await Promise.all([
      this.#registry.lookup(subject, schemaOf(definition)),
      this.#registry.version(subject, 'latest'),
      this.#registry.compatibilityOf(subject),
    ]);
    const compatibility = { defined, set };
    if (latest === undefined) return { subject, state: 'new', compatibility, issues: [] };
    const at = { subject, version: latest.version, compatibility };
    if (known !== undefined) return { ...at, state: 'registered', id: known, issues: [] };
    const reasons = issuesAgainst(definition, latest);
    const issues = reasons.length > 0 ? reasons : await this.#registry.check(subject, schemaOf(definition));
    return { ...at, state: issues.length > 0 ? 'incompatible' : 'changed', id: latest.id, issues };
  }

  #use(definition: TopicDefinition, id: number): SubjectId {
    this.encoderOf(definition).useSchema(id);
    return { subject: definition.subject, id };
  }
}

function issuesAgainst(definition: TopicDefinition, { schema }: SchemaVersion): readonly string[] {
  const { compatibility } = definition;
  return checkCompatibility({ next: schemaOf(definition), previous: schema, compatibility }).map(issueText);
}

function entryOf<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}
