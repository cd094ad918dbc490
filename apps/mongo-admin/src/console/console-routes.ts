import { type ConsoleParts } from './console-parts.js';
import { type ConsoleRoute } from './http/console-route.js';
import { auditRoutes } from './pages/audit.routes.js';
import { deadLetterActionRoutes } from './pages/dead-letters/dead-letter-action.routes.js';
import { deadLetterRoutes } from './pages/dead-letters/dead-letter.routes.js';
import { deadLettersRoutes } from './pages/dead-letters/dead-letters.routes.js';
import { replayAllRoutes } from './pages/dead-letters/replay-all.routes.js';
import { overviewRoutes } from './pages/overview.routes.js';
import { schemaRoutes } from './pages/schema.routes.js';
import { tenantActionRoutes } from './pages/tenants/tenant-action.routes.js';
import { tenantRoutes } from './pages/tenants/tenant.routes.js';
import { tenantsRoutes } from './pages/tenants/tenants.routes.js';
import { topicsRoutes } from './pages/topics.routes.js';

/** Every page and action of the console. */
export function consoleRoutes(parts: ConsoleParts): ConsoleRoute[] {
  return [
    ...overviewRoutes(parts),
    ...tenantsRoutes(parts),
    ...tenantRoutes(parts),
    ...tenantActionRoutes(parts),
    ...schemaRoutes(parts),
    ...topicsRoutes(parts),
    ...deadLettersRoutes(parts),
    ...replayAllRoutes(parts),
    ...deadLetterRoutes(parts),
    ...deadLetterActionRoutes(parts),
    ...auditRoutes(parts),
  ];
}
