/**
 * Works on so many items at a time, each item once. Items that are made one by one are asked for when a lane is free. Rejects with the first failure; lanes that
 * do not fail go on with what is left, or, where items are made by a generator, end after what they have begun.
 */
export async function inLanes<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  lanes: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const pending = Symbol.asyncIterator in items ? items : iterableOnce(items);
  const lane = async (): Promise<void> => {
    for await (const item of pending) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** One iterator for whoever asks: what one lane took no other one gets. */
function iterableOnce<Item>(items: Iterable<Item>): Iterable<Item> {
  const iterator = items[Symbol.iterator]();
  return { [Symbol.iterator]: () => iterator };
}
