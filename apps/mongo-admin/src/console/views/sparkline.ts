import { type Html, html } from './html.js';

const WIDTH = 132;
const HEIGHT = 28;
const EDGE = 2;
/** More points than pixels say nothing. */
const POINTS_MAX = 66;

/** A line of numbers, the oldest first, on a scale of its own that begins at nothing. Its words say what the line shows. */
export function sparkline(values: readonly number[], { unit }: { unit: string }): Html {
  const shown = thinned(values);
  const most = Math.max(...values, 1);
  const now = values.at(-1) ?? 0;
  const label = `${now} ${unit} now, ${Math.max(...values, 0)} at most in ${values.length} looks`;
  const x = (index: number): number => (shown.length === 1 ? WIDTH - EDGE : EDGE + (index * (WIDTH - 2 * EDGE)) / (shown.length - 1));
  const y = (value: number): number => HEIGHT - EDGE - (value * (HEIGHT - 2 * EDGE)) / most;
  const points = shown.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
  const last = shown.length - 1;
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${label}">
    <title>${label}</title>
    ${points.length > 1 && html`<polyline points="${points.join(' ')}" />`}
    ${points.length > 0 && html`<circle cx="${x(last).toFixed(1)}" cy="${y(shown[last] ?? 0).toFixed(1)}" r="2" />`}
  </svg>`;
}

/** The highest value of each of as many stretches as can be seen: a short peak must not vanish. */
function thinned(values: readonly number[]): readonly number[] {
  const size = Math.ceil(values.length / POINTS_MAX);
  if (size <= 1) return values;
  const stretches = Math.ceil(values.length / size);
  return Array.from({ length: stretches }, (_, index) => Math.max(...values.slice(index * size, (index + 1) * size)));
}
