/** One goal with what was measured. */
export interface Figure {
  /** Its number among the performance goals, where it has one. */
  readonly goal?: string;
  readonly what: string;
  readonly measured: string;
  readonly baseline?: string;
  /** What the goal compares: a ratio, microseconds, milliseconds, megabytes. */
  readonly value: number;
  readonly unit: 'ratio' | 'times' | 'calls' | 'µs' | 'ms' | 'kB' | 'MB' | '/s' | '%';
  readonly floor?: number;
}

/** Ratios and rates are to be high, everything else low, growth (`times`) too. */
export function isMet({ value, unit, floor }: Figure): boolean | undefined {
  if (floor === undefined) return undefined;
  return unit === 'ratio' || unit === '/s' ? value >= floor : value <= floor;
}

/** Prints figures as a table, or as JSON. */
export function print(figures: readonly Figure[], { json }: { json: boolean }): void {
  if (json) {
    console.log(
      JSON.stringify(
        figures.map((figure) => ({ ...figure, met: isMet(figure) ?? null })),
        null,
        2,
      ),
    );
    return;
  }
  const rows = figures.map((figure) => {
    const { goal = '', what, measured, baseline = '', value, unit, floor } = figure;
    const met = isMet(figure);
    return [
      goal,
      what,
      measured,
      baseline,
      number(value, unit),
      floor === undefined ? '' : number(floor, unit),
      met === undefined ? '' : met ? 'met' : 'NOT MET',
    ];
  });
  const table = [['', 'what', 'measured', 'baseline', 'value', 'floor', ''], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function number(value: number, unit: Figure['unit']): string {
  if (unit === 'ratio') return value.toFixed(2);
  if (unit === 'times') return `${value.toFixed(2)}×`;
  return `${value.toFixed(unit === 'calls' ? 4 : 1)} ${unit}`;
}
