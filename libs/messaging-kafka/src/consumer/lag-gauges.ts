import { type KafkaMetrics } from '../client/metrics.js';
import { type Lag } from './lag.js';

/** What is published of a group's lag and members. Values of partitions that went to somebody else are taken back: two members must not both tell them. */
export class LagGauges {
  readonly #metrics: Pick<KafkaMetrics, 'consumerLag' | 'consumerLagSeconds' | 'groupMembers'>;
  readonly #group: string;
  #shown: readonly Lag[] = [];

  constructor(metrics: Pick<KafkaMetrics, 'consumerLag' | 'consumerLagSeconds' | 'groupMembers'>, group: string) {
    this.#metrics = metrics;
    this.#group = group;
  }

  show(lags: readonly Lag[]): void {
    const { consumerLag, consumerLagSeconds } = this.#metrics;
    const group = this.#group;
    for (const { family, tenantId } of this.#shown) {
      consumerLag.remove({ group, topic: family, tenant_id: tenantId });
      consumerLagSeconds.remove({ group, topic: family });
    }
    const oldest = new Map<string, number>();
    for (const { family, tenantId, records, seconds } of lags) {
      consumerLag.set({ group, topic: family, tenant_id: tenantId }, records);
      oldest.set(family, Math.max(oldest.get(family) ?? 0, seconds));
    }
    for (const [topic, seconds] of oldest) consumerLagSeconds.set({ group, topic }, seconds);
    this.#shown = lags;
  }

  /** A group is in one state; the count of another one is gone. */
  showMembers(state: string, members: number): void {
    for (const other of GROUP_STATES) this.#metrics.groupMembers.remove({ group: this.#group, state: other });
    this.#metrics.groupMembers.set({ group: this.#group, state }, members);
  }
}

const GROUP_STATES = ['Unknown', 'PreparingRebalance', 'CompletingRebalance', 'Stable', 'Dead', 'Empty'];
