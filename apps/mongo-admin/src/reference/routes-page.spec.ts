import { defineRoute } from '@caas/gateway-middleware';
import { expect, it } from '@jest/globals';
import { routesPage } from './routes-page.js';

it('the page of routes has every route with who may call it, by resource', () => {
  const common = { tags: ['Notes'], responses: { 204: null }, handler: () => ({ status: 204 as const }) } as const;
  const routes = [
    defineRoute({
      ...common,
      method: 'GET',
      path: '/v1/users',
      operationId: 'b',
      summary: 'List|find users',
      access: { permission: 'user.list' },
    }),
    defineRoute({
      ...common,
      method: 'GET',
      path: '/v1/messages',
      operationId: 'a',
      summary: 'List messages',
      access: { permission: 'message.read', credentials: ['key', 'user'], actingUser: 'optional' },
    }),
    defineRoute({ ...common, method: 'GET', path: '/v1/health', operationId: 'c', summary: 'Health', access: { public: true } }),
  ];

  const page = routesPage(routes);

  expect(page.slice(page.indexOf('## health'))).toBe(`## health

| route | what it does | permission | who | for whom | rate class |
| --- | --- | --- | --- | --- | --- |
| \`GET /v1/health\` | Health |  | anyone |  | ${routes[2]?.rateClass ?? ''} |

## messages

| route | what it does | permission | who | for whom | rate class |
| --- | --- | --- | --- | --- | --- |
| \`GET /v1/messages\` | List messages | \`message.read\` | key, user | optional | ${routes[1]?.rateClass ?? ''} |

## users

| route | what it does | permission | who | for whom | rate class |
| --- | --- | --- | --- | --- | --- |
| \`GET /v1/users\` | List\\|find users | \`user.list\` | key |  | ${routes[0]?.rateClass ?? ''} |
`);
});
