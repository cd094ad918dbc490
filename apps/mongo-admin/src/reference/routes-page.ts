import { type RouteAccess, type RouteDefinition } from '@caas/gateway-middleware';
import { code } from './field-rows.js';
import { table } from './markdown.js';

const HEAD = `# Routes

Generated from the definitions by \`nx sync\`. Shapes, parameters and answers are in [openapi.json](openapi.json). _Who_ is the kind of credential: a server key unless others are named;
_for whom_ says whether a key acts on behalf of a user. Rate classes: see the README of \`libs/gateway-middleware\`.
`;

/** The reference page of all routes, by the resource that their paths name. */
export function routesPage(routes: readonly RouteDefinition[]): string {
  const sorted = routes.toSorted((left, right) => keyOf(left).localeCompare(keyOf(right), 'en'));
  const sections = [...new Set(sorted.map(resourceOf))].map((resource) => {
    const rows = sorted.filter((route) => resourceOf(route) === resource).map(rowOf);
    return `## ${resource}\n\n${table(['route', 'what it does', 'permission', 'who', 'for whom', 'rate class'], rows)}`;
  });
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

const keyOf = ({ path, method }: RouteDefinition): string => `${path} ${method}`;

/** `users` of `/v1/users/:user_id`. */
const resourceOf = ({ path }: RouteDefinition): string => path.split('/')[2] ?? path;

function rowOf({ method, path, summary, access, rateClass, deprecated }: RouteDefinition): string[] {
  const what = summary.replaceAll('|', '\\|');
  return [code(`${method} ${path}`), deprecated === undefined ? what : `${what} (deprecated)`, ...accessCells(access), rateClass];
}

function accessCells(access: RouteAccess): string[] {
  if (access.public === true) return ['', 'anyone', ''];
  const { permission, credentials = ['key'], actingUser = '' } = access;
  return [code(permission), credentials.join(', '), actingUser];
}
