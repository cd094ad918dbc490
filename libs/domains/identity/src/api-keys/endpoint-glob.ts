/** Path globs of keys: they begin with `/`, or are `*`, which is everything; a `*` inside stands for any text. */
export const ENDPOINT_GLOB = /^(?:\*|\/[A-Za-z0-9_\-.\/:*]{0,199})$/u;

/** A version prefix, which globs leave out. */
const VERSION = /^\/v[1-9][0-9]*(?=\/|$)/u;

/** Whether the path of a request, with or without its version, is among those that some glob means. */
export function compileEndpoints(globs: readonly string[]): ((path: string) => boolean) | undefined {
  if (globs.includes('*')) return undefined;
  const patterns = globs.map(patternOf);
  return (path) => {
    const bare = path.replace(VERSION, '');
    return patterns.some((pattern) => pattern.test(bare));
  };
}

/** Whether everything that `inner` means is meant by one of `outer` as well; sometimes false although it is, never the other way round. */
export function coversEndpoint(outer: readonly string[], inner: string): boolean {
  return outer.some((glob) => glob === '*' || glob === inner || (inner !== '*' && patternOf(glob).test(inner)));
}

function patternOf(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\\/-]/gu, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'su');
}
