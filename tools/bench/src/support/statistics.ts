/** The middle one; the lower of two. 0 for nothing. */
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** By nearest rank; 0 for nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
