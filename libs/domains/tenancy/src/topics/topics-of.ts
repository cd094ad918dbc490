import { topicPlaceOfPlan } from '@caas/messaging-kafka';
import { type TenantTopics } from '@caas/runtime';
import { type SaasClient } from '../tenants/tenants.collection.js';

/** Epoch of topics that have never moved. */
export const FIRST_EPOCH = 1;

/** Where a tenant's topics are, by its record. */
export function topicsOf({ topics, tier }: SaasClient): TenantTopics {
  return topics ?? { place: topicPlaceOfPlan(tier), epoch: FIRST_EPOCH };
}

/** The epoch of a tenant's topics. */
export const topicsEpochOf = (client: SaasClient): number => topicsOf(client).epoch;
