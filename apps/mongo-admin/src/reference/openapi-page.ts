import { type ModuleList } from '@caas/composition';
import { openApiDocument } from '@caas/gateway-middleware';
import { servicesOfNobody } from '../services-of-nobody.js';

/** Stands for wherever the API is installed. */
const FACTS = { publicBaseUrl: 'https://api.example.com', version: '1' };

/** The OpenAPI document of all routes of the modules, as gateways serve it, in the order of its paths. */
export async function openApiPage(modules: Pick<ModuleList, 'routes'>): Promise<string> {
  const document = openApiDocument(await modules.routes(servicesOfNobody()), FACTS) as {
    readonly paths: Readonly<Record<string, unknown>>;
  };
  const paths = Object.fromEntries(Object.entries(document.paths).sort(([one], [other]) => (one < other ? -1 : 1)));
  return `${JSON.stringify({ ...document, paths }, null, 2)}\n`;
}
<<<<<<< HEAD
=======

/** The members of services, each of which has to be there when they are spread. */
const MEMBERS: Readonly<Record<keyof Services, true>> = {
  instanceId: true,
  logger: true,
  metrics: true,
  clock: true,
  secrets: true,
  tokens: true,
  mongo: true,
  redis: true,
  kafka: true,
  outbox: true,
  tenants: true,
  quotas: true,
  usageCounts: true,
  resourceGuards: true,
  jobKinds: true,
  userData: true,
  auditTrail: true,
  quotaSyncIntervalMs: true,
  replies: true,
  faults: true,
};

/** Routes are built from services and described without them: whatever is asked of these is nothing, which can be asked on. */
function servicesOfNobody(): Services {
  const nothing: unknown = new Proxy(function nobody() {}, {
    get: (_target, name) => {
      if (name === Symbol.iterator) return () => [nothing].values();
      return name === 'then' || typeof name === 'symbol' ? undefined : nothing;
    },
    apply: () => nothing,
    construct: () => nothing as object,
  });
  return Object.fromEntries(Object.keys(MEMBERS).map((name) => [name, nothing])) as unknown as Services;
}
>>>>>>> 3a9b7ae (feat(tenancy,composition): jobs over HTTP, done by a worker; feat(identity,chat): users are exported and erased for good; feat(insight): exports of the security trail)
