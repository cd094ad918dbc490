import { resolveTopic, topicPlaceOfPlan } from '@caas/messaging-kafka';
import { InternalError, TOPIC_PLACES } from '@caas/runtime';
import { z } from '@caas/schema';
import { defineOperation, type LifecycleEnvironment, requireSettled, wrongState } from '../lifecycle/lifecycle-operation.js';
import { type SagaStep } from '../lifecycle/saga.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';
import { prepareTopics, switchTopics, type SwitchOptions } from './switch-topics.js';
import { type TopicParts } from './topic-parts.js';
import { topicsOf } from './topics-of.js';

/** The two steps of a move, to be put into an operation: the topics are there before anybody is told, and switched last. */
export function topicSteps(options: SwitchOptions): { readonly prepare: SagaStep; readonly change: SagaStep } {
  return {
    prepare: { name: 'prepare-topics', run: () => prepareTopics(options) },
    change: { name: 'switch-topics', run: (context) => switchTopics(context, options) },
  };
}

/** Moves a tenant's topics while it is written to, to the given place. */
export const moveTopics = defineOperation({
  kind: 'move_topics',
  input: z.strictObject({ to: z.enum(TOPIC_PLACES) }),
  check: ({ client, input: { to } }) => {
    requireSettled(client);
    if (client.deleted_at !== null) throw wrongState('The topics of a deleted tenant do not move.', client);
    if (topicsOf(client).place === to) throw wrongState(`The tenant’s topics are ${to} already.`, client);
  },
  preview: async ({ client, input: { to } }, environment) => {
    const { definitions } = topicPartsOf(environment);
    const from = topicsOf(client);
    const names = (place: typeof to) =>
      definitions.map(({ family }) => resolveTopic(family, { ...toTenantContext(client), topics: { place, epoch: from.epoch } }).topic);
    return { from: from.place, to, due: topicPlaceOfPlan(client.tier), old_topics: names(from.place), new_topics: names(to) };
  },
  steps: ({ client: { client_id: clientId }, input: { to: place } }, environment) => {
    const { prepare, change } = topicSteps({ environment, parts: topicPartsOf(environment), clientId, place });
    return [prepare, change];
  },
});

function topicPartsOf({ topics }: LifecycleEnvironment): TopicParts {
  if (topics === undefined) throw new InternalError('Topics can only be moved by a process that is connected to Kafka.');
  return topics;
}
