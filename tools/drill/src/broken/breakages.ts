/** One change of compiled code that makes it wrong. */
export interface Breakage {
  readonly what: string;
  /** Compiled file, from the root of the workspace. */
  readonly file: string;
  /** Must be there exactly once, so that a change of the code cannot make the breakage void unnoticed. */
  readonly find: RegExp;
  readonly replace: string;
  /** The drill that shows it. */
  readonly drill: string;
}

/** Mistakes that the checker has to find. */
export const BREAKAGES = {
  'ack-before-send': {
    what: 'the gateway answers 202 before the broker has the message',
    file: 'libs/domains/chat/dist/messages/message-sender.js',
    find: /this\.#parts = parts;/,
    replace: 'this.#parts = { ...parts, producer: { send: async (message) => void parts.producer.send(message).catch(() => undefined) } };',
    drill: 'gateway-killed',
  },
  'commit-before-write': {
    what: 'the worker commits a batch before it has stored it',
    file: 'libs/messaging-kafka/dist/consumer/batch-processor.js',
    find: /size = chunk\.length;/,
    replace: '$& await batch.commit(positionAfter(chunk.at(-1).offset));',
    drill: 'worker-killed-mid-insert',
  },
  'no-tenant-filter': {
    what: 'reads leave the tenant out of their filter',
    file: 'libs/data-access-mongo/dist/repository/confined-collection.js',
    find: /\bfind\(filter, options\) \{\s*checkFilter\(this\.#tenantId, filter\);/,
    replace: '$& filter = { ...filter }; delete filter.tenant_id;',
    drill: 'gateway-terminated',
  },
} as const satisfies Readonly<Record<string, Breakage>>;
export type BreakageName = keyof typeof BREAKAGES;
