import { runWithTenant, type TenantContext } from '@caas/runtime';
import { type Arena } from '../arena.js';
import { type Attack, tries } from '../attack.js';

const NO_TENANTS = [undefined, null, '', 0, true, {}, [], 'clnt_acme0001', () => 'clnt_acme0001'];

/** Contexts that name nobody, two, or somebody by something that is no id. */
function forged({ me: { tenant }, them }: Arena): readonly TenantContext[] {
  return [
    ...NO_TENANTS.map((nothing) => nothing as never),
    ...[...NO_TENANTS, { $ne: null }, { $in: [them.tenant.tenantId] }, [them.tenant.tenantId], `${tenant.tenantId}\n`, 'clnt_A/../x'].map(
      (tenantId) => ({ ...tenant, tenantId: tenantId === 'clnt_acme0001' ? 'acme' : tenantId }) as never,
    ),
    { ...tenant, isolation: undefined as never },
    { ...tenant, isolation: { model: 'hybrid' as never, epoch: 1 } },
    { ...tenant, isolation: { model: 'database', databaseName: 'caas_shared', epoch: 1 } },
    { ...tenant, isolation: { model: 'database', databaseName: `caas_${them.tenant.tenantId}`, epoch: 1 } },
  ];
}

/** The ways to a repository: nobody passes without being a tenant, served, and the one that the code runs in. */
export const contextAttacks: readonly Attack[] = [
  {
    id: 'forged-contexts',
    kind: 'context',
    title: 'contexts without a tenant, with operators in its place, with another’s database',
    run: tries(
      (arena) =>
        forged(arena).flatMap((tenant) => [
          () => arena.mongo.forTenant(tenant).repository(arena.collections.rows).findMany({}),
          () => arena.mongo.inspectTenant(tenant).repository(arena.collections.rows).findMany({}),
          () => arena.mongo.operateOnTenant(tenant).repository(arena.collections.rows).findMany({}),
        ]),
      () => false,
    ),
  },
  {
    id: 'other-tenant-than-current',
    kind: 'context',
    title: 'the other tenant’s repository from code that runs inside the own tenant',
    run: tries<unknown>(
      ({ mongo, me, them, collections }) => [
        () => runWithTenant(me.tenant, () => mongo.forTenant(them.tenant).repository(collections.rows).findMany({})),
        () => runWithTenant(me.tenant, async () => mongo.forTenant(them.tenant).repository(collections.links).deleteMany({ seq: 0 })),
      ],
      () => false,
    ),
  },
  {
    id: 'tenants-that-are-not-served',
    kind: 'context',
    title: 'repositories of tenants that are pending, suspended, cancelled, half provisioned or purged',
    run: tries(
      ({ mongo, me: { tenant }, collections }) =>
        [
          ...(['pending', 'suspended', 'cancelled', 'vip'] as const).map((status) => ({ ...tenant, status: status as 'pending' })),
          ...(['none', 'provisioning', 'failed', 'deleting', 'purged'] as const).map((provisioning) => ({ ...tenant, provisioning })),
        ].map((refused) => () => mongo.forTenant(refused).repository(collections.rows).findMany({})),
      () => false,
    ),
  },
  {
    id: 'wrong-scope',
    kind: 'context',
    title: 'tenant collections through the platform’s door',
    run: tries(
      ({ mongo, collections }) => [
        () => mongo.platform(collections.rows as never),
        () => mongo.platform({ ...collections.rows, scope: 'tenant' } as never),
      ],
      () => false,
    ),
  },
];
