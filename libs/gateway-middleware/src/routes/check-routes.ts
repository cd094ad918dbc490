import { checkRoute, RouteDefinitionError } from './check-route.js';
import { type RouteDefinition } from './define-route.js';

/** Checks routes against each other, and each once more: a definition may have been changed after it was made. Throws {@link RouteDefinitionError}. */
export function checkRoutes(routes: readonly RouteDefinition[]): void {
  const operations = new Set<string>();
  const places = new Set<string>();
  for (const route of routes) {
    checkRoute(route);
    const name = `${route.method} ${route.path}`;
    const place = `${route.method} ${route.path.replace(/:[^/]+/g, ':')}`;
    if (places.has(place)) throw new RouteDefinitionError(name, ['another route has the same method and path']);
    if (operations.has(route.operationId)) throw new RouteDefinitionError(name, [`operationId "${route.operationId}" is taken`]);
    places.add(place);
    operations.add(route.operationId);
  }
}
