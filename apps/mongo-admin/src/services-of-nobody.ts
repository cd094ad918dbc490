import { type Services } from '@caas/composition';
import { QuotasService } from '@caas/tenancy';

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
  jobKinds: true,
  userData: true,
  resourceGuards: true,
  auditTrail: true,
  quotaSyncIntervalMs: true,
  replies: true,
  faults: true,
};

/** Parts are built from services and described without them: whatever is asked of these is nothing, which can be asked on. */
export function servicesOfNobody(): Services {
  const nothing: unknown = new Proxy(function nobody() {}, {
    get: (_target, name) => {
      if (name === Symbol.iterator) return () => [nothing].values();
      if (name === Symbol.toPrimitive) return () => 'nothing';
      return name === 'then' || typeof name === 'symbol' ? undefined : nothing;
    },
    apply: () => nothing,
    construct: () => nothing as object,
  });
  const services = Object.fromEntries(Object.keys(MEMBERS).map((name) => [name, nothing])) as unknown as Services;
  return { ...services, quotas: new QuotasService(services) }; // the one that jobs tell from others
}
