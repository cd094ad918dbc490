/** A module hook: workspace packages resolve to their TypeScript sources, as with `node --conditions=@caas/source`. */
export function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier, { ...context, conditions: [...context.conditions, '@caas/source'] });
}
