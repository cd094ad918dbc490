import { type OutboxEntry } from '@caas/runtime';
import { type JsonObject, parseTenantId } from '@caas/schema';
import { PLATFORM_TENANT } from '../definitions/envelope.js';
import { type EventDefinition } from '../definitions/event.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { EventShaper } from '../producer/event-shape.js';
import { type SendOptions } from '../producer/types.js';

/** Puts events into their envelopes for an outbox: checked when they are written, so that nothing waits there that could never be published. */
export class OutboxEntries {
  readonly #places = new Map<EventDefinition, { readonly family: string; readonly shaper: EventShaper }>();

  /** `source` names the service in the envelopes. */
  constructor({ topics, source }: { readonly topics: readonly TopicDefinition[]; readonly source: string }) {
    for (const topic of topics) {
      // The headers are made when the entry is published.
      const shaper = new EventShaper({ topic, source, contentType: '' });
      for (const event of topic.events) this.#places.set(event, { family: topic.family, shaper });
    }
  }

  /** Throws `ValidationError` naming the fields, and a `TypeError` for an event that no topic carries. */
  entryOf<Event extends EventDefinition>(options: SendOptions<Event>): OutboxEntry {
    const place = this.#places.get(options.event);
    if (place === undefined) throw new TypeError(`No topic of this process carries the event ${options.event.type}.`);
    const { envelope, key } = place.shaper.shape(options);
    return {
      eventId: envelope.id,
      tenantId: envelope.tenant_id === PLATFORM_TENANT ? null : parseTenantId(envelope.tenant_id),
      family: place.family,
      key,
      envelope: envelope as unknown as JsonObject,
    };
  }
}
