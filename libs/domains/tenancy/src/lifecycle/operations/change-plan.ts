import { topicPlaceOfPlan } from '@caas/messaging-kafka';
import { PLAN_LIMITS, PLANS, type Plan } from '@caas/runtime';
import { type JsonObject, parseTenantId, text, z } from '@caas/schema';
import { type SaasClient, saasClients } from '../../tenants/tenants.collection.js';
import { topicSteps } from '../../topics/move-topics.js';
import { topicsOf } from '../../topics/topics-of.js';
import {
  defineOperation,
  forgetStep,
  type LifecycleEnvironment,
  type LifecycleRun,
  requireSettled,
  wrongState,
} from '../lifecycle-operation.js';
import { overshootOf, OvershootError } from '../overshoot.js';
import { type SagaStep } from '../saga.js';
import { tenantDowngraded, tenantUpgraded } from '../../platform-events/tenant.events.js';
import { tenantFact } from '../operation-events.js';
import { transition } from '../transition.js';

const input = z.strictObject({
  plan: z.enum(PLANS),
  /** That what is above a new limit may no longer grow is accepted. Asked for by downgrades only. */
  consent: z.boolean(),
  by: text({ min: 1, max: 100 }),
});
type Input = z.output<typeof input>;

/** The command that moves the tenant's data, which a change of the plan leaves where it is. */
export function migrationDue(client: SaasClient, plan: Plan): JsonObject | null {
  const { model } = client.isolation;
  const { isolation } = PLAN_LIMITS[plan];
  if (model === isolation) return null;
  return { from: model, to: isolation, command: `caas-admin tenant migrate ${client.client_id} --to ${isolation}` };
}

function check({ client, input: { plan } }: LifecycleRun<Input>, direction: 'up' | 'down'): void {
  if (client.status !== 'active' && client.status !== 'suspended') throw wrongState('The plan of this tenant cannot change.', client);
  requireSettled(client);
  const isHigher = PLANS.indexOf(plan) > PLANS.indexOf(client.tier);
  if (client.tier === plan || isHigher !== (direction === 'up')) {
    throw wrongState(`From ${client.tier}, ${plan} is no ${direction === 'up' ? 'upgrade' : 'downgrade'}.`, client);
  }
}

async function refuseOvershoot(
  { client, input: { plan, consent } }: LifecycleRun<Input>,
  environment: LifecycleEnvironment,
): Promise<void> {
  const overshoot = await overshootOf(environment, client, plan);
  if (overshoot.length > 0 && !consent) throw new OvershootError(plan, overshoot);
}

function steps(
  { client, input: { plan, by } }: LifecycleRun<Input>,
  environment: LifecycleEnvironment,
  direction: 'up' | 'down',
): SagaStep[] {
  const clientId = client.client_id;
  const topics = topicsOf(client);
  const move = environment.topics && topicSteps({ environment, parts: environment.topics, clientId, place: topicPlaceOfPlan(plan) });
  const note: SagaStep = {
    name: 'note-consequences',
    run: async (context) => {
      const overshoot = await overshootOf(environment, client, plan);
      await context.keep({
        tier_before: client.tier,
        migration_due: migrationDue(client, plan),
        overshoot: overshoot.map((row) => ({ ...row })),
      });
    },
  };
  const change: SagaStep = {
    name: 'change-plan',
    run: (context) => {
      const before = (context.operation.result['tier_before'] ?? client.tier) as Plan;
      return transition(environment, context, {
        clientId,
        isDone: ({ tier }) => tier === plan,
        check: (now) => check({ client: now, input: { plan, by, consent: true } }, direction),
        // The topics stay where they are until they have moved.
        change: ({ __v: expectedVersion }) =>
          environment.mongo.platform(saasClients).update(clientId, { set: { tier: plan, topics } }, { expectedVersion }),
        fact: ({ isolation: { model } }) =>
          tenantFact(direction === 'up' ? tenantUpgraded : tenantDowngraded, ({ at, ...facts }) => ({
            ...facts,
            old_tier: before,
            new_tier: plan,
            old_isolation: model,
            new_isolation: PLAN_LIMITS[plan].isolation,
            changed_at: at,
          })),
      });
    },
  };
  const forget = forgetStep(environment, parseTenantId(clientId));
  return move === undefined ? [note, change, forget] : [note, move.prepare, change, forget, move.change];
}

const preview = async ({ client, input: { plan } }: LifecycleRun<Input>, environment: LifecycleEnvironment): Promise<JsonObject> => {
  const overshoot = await overshootOf(environment, client, plan);
  return { tier: client.tier, to: plan, migration_due: migrationDue(client, plan), overshoot: overshoot.map((row) => ({ ...row })) };
};

/**
 * Raises limits and features at once. Topics move to where the plan puts them, last of all; data stays where it is until the migration that
 * `result.migration_due` names.
 */
export const upgrade = defineOperation({
  kind: 'upgrade',
  input,
  check: (run) => check(run, 'up'),
  preview,
  steps: (run, environment) => steps(run, environment, 'up'),
});

/**
 * Lowers limits and features. Deletes nothing: what is above its new limit can be read and deleted, and no longer grows. Needs consent when there is such
 * a resource; throws {@link OvershootError} without.
 */
export const downgrade = defineOperation({
  kind: 'downgrade',
  input,
  check: async (run, environment) => {
    check(run, 'down');
    await refuseOvershoot(run, environment);
  },
  preview,
  steps: (run, environment) => steps(run, environment, 'down'),
});
