import { currentRequest, ValidationError } from '@caas/runtime';
import { compileValidator, newId, type Validator } from '@caas/schema';
import { METADATA, PLATFORM_TENANT, type Envelope } from '../definitions/envelope.js';
import { type EventDefinition, TENANT_KEY } from '../definitions/event.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { RESERVED_HEADERS } from './headers.js';
import { type SendOptions } from './types.js';

/** An event with its envelope around it, ready to be encoded. */
export interface ShapedEvent {
  readonly envelope: Envelope;
  /** Logical key. */
  readonly key: string | null;
  readonly headers: Record<string, string>;
}

/** Checks what is sent on one topic and puts the envelope around it. Validators are compiled once, here. */
export class EventShaper {
  readonly #topic: TopicDefinition;
  readonly #source: string;
  readonly #contentType: string;
  readonly #validators: ReadonlyMap<EventDefinition, Validator<unknown>>;
  readonly #validMetadata = compileValidator(METADATA);

  constructor(options: { topic: TopicDefinition; source: string; contentType: string }) {
    this.#topic = options.topic;
    this.#source = options.source;
    this.#contentType = options.contentType;
    this.#validators = new Map(options.topic.events.map((event) => [event, compileValidator<unknown>(event.payload)]));
  }

  /** Throws `ValidationError` naming the fields, or a `TypeError` for an event or header that has no place on the topic. */
  shape(options: SendOptions<EventDefinition>): ShapedEvent {
    const { event, payload } = options;
    this.#check(options);
    const tenantId = this.#tenantOf(options);
    const correlationId = options.correlationId ?? currentRequest()?.requestId;
    const traceId = options.traceId ?? currentRequest()?.traceId;
    // absent fields are added, not left undefined: no copies of objects that are only there to be spread
    const envelope: { -readonly [Field in keyof Envelope]: Envelope[Field] } = {
      id: options.id ?? newId('evt'),
      type: event.type,
      version: event.version,
      timestamp: options.timestamp ?? Date.now(),
      tenant_id: tenantId,
      source: options.source ?? this.#source,
      payload,
      metadata: options.metadata ?? {},
    };
    if (options.applicationId !== undefined) envelope.application_id = options.applicationId;
    if (correlationId !== undefined) envelope.correlation_id = correlationId;
    if (options.causationId !== undefined) envelope.causation_id = options.causationId;
    if (traceId !== undefined) envelope.trace_id = traceId;
    return { envelope, key: options.key ?? keyOf(event, envelope), headers: this.#headers(envelope, options) };
  }

  #check({ event, payload, isChecked, metadata, headers }: SendOptions<EventDefinition>): void {
    const validate = this.#validators.get(event);
    if (validate === undefined) throw new TypeError(`The topic ${this.#topic.family} does not carry the event ${event.type}.`);
    const reserved = headers === undefined ? undefined : Object.keys(headers).find((name) => RESERVED_HEADERS.has(name));
    if (reserved !== undefined) throw new TypeError(`The header ${reserved} is set by the producer.`);
    if (isChecked === true) return;
    refuseIssues(validate(payload));
    if (metadata !== undefined) refuseIssues(this.#validMetadata(metadata));
  }

  #tenantOf({ tenant }: SendOptions<EventDefinition>): string {
    if (tenant !== undefined) return tenant.tenantId;
    if (this.#topic.scope === 'tenant') throw new TypeError(`Events of ${this.#topic.family} belong to a tenant; none was named.`);
    return PLATFORM_TENANT;
  }

  #headers(envelope: Envelope, options: SendOptions<EventDefinition>): Record<string, string> {
    const headers: Record<string, string> = {
      event_id: envelope.id,
      event_type: envelope.type,
      tenant_id: envelope.tenant_id,
      schema_version: envelope.version,
      content_type: this.#contentType,
      timestamp: String(envelope.timestamp),
    };
    if (envelope.correlation_id !== undefined) headers['correlation_id'] = envelope.correlation_id;
    if (envelope.trace_id !== undefined) headers['trace_id'] = envelope.trace_id;
    if (envelope.metadata.user_id !== undefined) headers['user_id'] = envelope.metadata.user_id;
    return options.headers === undefined ? headers : Object.assign(headers, options.headers);
  }
}

function refuseIssues(result: ReturnType<Validator<unknown>>): void {
  if (result.ok) return;
  throw new ValidationError(
    result.issues.map(({ pointer, code, message, params }) => ({
      field: pointer,
      code,
      message,
      ...(params === undefined ? {} : { params }),
    })),
  );
}

function keyOf(event: EventDefinition, envelope: Envelope): string | null {
  if (event.key === null) return null;
  if (event.key === TENANT_KEY) return envelope.tenant_id;
  return (envelope.payload as Readonly<Record<string, string>>)[event.key] ?? null;
}
