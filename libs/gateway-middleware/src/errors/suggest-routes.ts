/** Longest distance at which a path still counts as a likely slip of the pen. */
const DISTANCE_MAX = 3;
const SUGGESTIONS_MAX = 3;

/** Up to three templates that resemble an unknown path, the most similar first. A parameter matches any segment. */
export function suggestRoutes(path: string, templates: Iterable<string>): string[] {
  const wanted = path.split('/');
  const scored: { template: string; distance: number }[] = [];
  for (const template of new Set(templates)) {
    const distance = pathDistance(wanted, template.split('/'));
    if (distance <= DISTANCE_MAX) scored.push({ template, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || a.template.localeCompare(b.template));
  return scored.slice(0, SUGGESTIONS_MAX).map(({ template }) => template);
}

function pathDistance(wanted: readonly string[], template: readonly string[]): number {
  if (wanted.length !== template.length) return Infinity;
  let distance = 0;
  for (const [index, segment] of template.entries()) {
    const given = wanted[index] ?? '';
    if (!(segment.startsWith(':') && given !== '')) distance += editDistance(given, segment);
    if (distance > DISTANCE_MAX) return Infinity;
  }
  return distance;
}

/** Levenshtein distance; gives up (Infinity) as soon as it must exceed {@link DISTANCE_MAX}. */
export function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > DISTANCE_MAX) return Infinity;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substituted = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substituted));
    }
    if (Math.min(...current) > DISTANCE_MAX) return Infinity;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
