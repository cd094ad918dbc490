/** What CAAS asks of a MongoDB server beyond reading and writing documents. */
export const CAPABILITIES = [
  'replicaSet',
  'transactions',
  'changeStreams',
  'deploymentChangeStreams',
  'preImages',
  'validators',
  'collMod',
  'partialIndexes',
  'ttl',
  'textSearch',
  'pipelineUpdates',
  'cursorBatches',
  'explain',
  'profiler',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

export const TOPOLOGIES = ['standalone', 'replica-set', 'sharded'] as const;
export type Topology = (typeof TOPOLOGIES)[number];

/** What each capability gives, for the start line and for operators. */
export const CAPABILITY_MEANING: Readonly<Record<Capability, string>> = {
  replicaSet: 'copies on several nodes, failover',
  transactions: 'changes of several documents at once or not at all',
  changeStreams: 'following one collection',
  deploymentChangeStreams: 'following all databases with one stream',
  preImages: 'documents as they were before a change, in change streams',
  validators: '$jsonSchema checks inside the server',
  collMod: 'changing the validator of an existing collection',
  partialIndexes: 'indexes over some rows, among them uniqueness of optional fields',
  ttl: 'removal of expired rows',
  textSearch: 'full-text search',
  pipelineUpdates: 'updates computed from the document itself',
  cursorBatches: 'results that come in several answers',
  explain: 'showing how a query runs',
  profiler: 'recording slow operations inside the server',
};

/**
 * What one server can do, asked of it once at connect. Code that needs a capability asks for it by name; the environment's name
 * decides nothing.
 */
export class ServerCapabilities implements Readonly<Record<Capability, boolean>> {
  readonly topology: Topology;
  /** As the server reports it, `unknown` where it does not. */
  readonly version: string;
  readonly replicaSet: boolean;
  readonly transactions: boolean;
  readonly changeStreams: boolean;
  readonly deploymentChangeStreams: boolean;
  readonly preImages: boolean;
  readonly validators: boolean;
  readonly collMod: boolean;
  readonly partialIndexes: boolean;
  readonly ttl: boolean;
  readonly textSearch: boolean;
  readonly pipelineUpdates: boolean;
  readonly cursorBatches: boolean;
  readonly explain: boolean;
  readonly profiler: boolean;

  constructor(facts: { topology: Topology; version: string } & Readonly<Record<Capability, boolean>>) {
    this.topology = facts.topology;
    this.version = facts.version;
    this.replicaSet = facts.replicaSet;
    this.transactions = facts.transactions;
    this.changeStreams = facts.changeStreams;
    this.deploymentChangeStreams = facts.deploymentChangeStreams;
    this.preImages = facts.preImages;
    this.validators = facts.validators;
    this.collMod = facts.collMod;
    this.partialIndexes = facts.partialIndexes;
    this.ttl = facts.ttl;
    this.textSearch = facts.textSearch;
    this.pipelineUpdates = facts.pipelineUpdates;
    this.cursorBatches = facts.cursorBatches;
    this.explain = facts.explain;
    this.profiler = facts.profiler;
  }

  has(capability: Capability): boolean {
    return this[capability];
  }

  /** Names of what this server lacks, in the order of {@link CAPABILITIES}; empty on a real replica set. */
  missing(): Capability[] {
    return CAPABILITIES.filter((capability) => !this[capability]);
  }
}
