import { AsyncLocalStorage } from 'node:async_hooks';
import { type ConsumerDefinition } from '../consumer/types.js';

const following = new AsyncLocalStorage<true>();

/** Whether the running code handles a record, so that what it sends follows from one. */
export const isFollowing = (): boolean => following.getStore() === true;

/** The consumer with its handler marked for {@link isFollowing}. */
export function asFollowing(definition: ConsumerDefinition): ConsumerDefinition {
  if (definition.shape === 'each') {
    return { ...definition, each: (record, context) => following.run(true, () => definition.each(record, context)) };
  }
  return { ...definition, handle: (records, context) => following.run(true, () => definition.handle(records, context)) };
}
