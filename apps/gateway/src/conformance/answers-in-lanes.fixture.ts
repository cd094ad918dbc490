import { inLanes } from '@caas/runtime';

/** Asks about so many items at a time; the answers are in the order of the items. Rejects with the first failure. */
export async function answersInLanes<Item, Result>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Result>,
  lanes = 16,
): Promise<Result[]> {
  const answers: Result[] = [];
  await inLanes(items.entries(), lanes, async ([index, item]) => {
    answers[index] = await ask(item);
  });
  return answers;
}
