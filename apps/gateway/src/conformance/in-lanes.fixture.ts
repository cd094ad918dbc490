/** Works on so many items at a time; the results are in the order of the items. Rejects with the first failure. */
export async function inLanes<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>, lanes = 16): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as Item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
