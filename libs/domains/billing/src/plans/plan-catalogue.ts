import { type NewDocumentOf } from '@caas/data-access-mongo';
import { PLAN_LIMITS, type Plan, PLANS } from '@caas/runtime';
import { PLAN_FEATURES, type PlanFeature } from '@caas/tenancy';
import { planIdOf, type plans } from './plans.collection.js';

type NewPlan = NewDocumentOf<typeof plans>;
type MeteredLimits = Omit<
  NewPlan['limits'],
  'max_users' | 'max_messages_per_month' | 'max_group_size' | 'requests_per_minute' | 'burst_per_second'
>;

/** What the catalogue says of a tier beyond the limits that every process knows (`PLAN_LIMITS`). */
interface Terms {
  readonly name: string;
  readonly description: string;
  /** Minor units of USD; null for a contract. */
  readonly monthly: number | null;
  readonly trialDays: number;
  readonly limits: MeteredLimits;
  /** The first feature that the tier does not have; those before it, it has. */
  readonly featuresUntil: PlanFeature | undefined;
  /** Users, 1000 messages, GiB, 1000 API calls. */
  readonly overage: readonly [number, number, number, number] | undefined;
  readonly hardCapPercent: number | null;
}

const MONTHS_OF_A_YEAR = 10;
const YEAR_SAVES_PERCENT = 17;

const TERMS: Readonly<Record<Plan, Terms>> = {
  free: {
    name: 'Free',
    description: 'Text chat for trying it out',
    monthly: 0,
    trialDays: 0,
    limits: limits([1, 1, 50_000, 20, 5, 0, 0]),
    featuresUntil: 'voice_calls',
    overage: undefined,
    hardCapPercent: 100,
  },
  starter: {
    name: 'Starter',
    description: 'Encrypted chat and voice for small teams',
    monthly: 4_900,
    trialDays: 14,
    limits: limits([10, 2, 250_000, 100, 25, 1_000, 0]),
    featuresUntil: 'video_calls',
    overage: [200, 50, 10, 10],
    hardCapPercent: 150,
  },
  pro: {
    name: 'Pro',
    description: 'Video, branding and collections of their own',
    monthly: 19_900,
    trialDays: 14,
    limits: limits([50, 5, 1_000_000, 500, 100, 10_000, 5_000]),
    featuresUntil: 'sso',
    overage: [150, 30, 8, 10],
    hardCapPercent: 150,
  },
  enterprise: {
    name: 'Enterprise',
    description: 'A database of their own, by contract',
    monthly: null,
    trialDays: 0,
    limits: limits([-1, -1, -1, -1, 500, -1, -1]),
    featuresUntil: undefined,
    overage: undefined,
    hardCapPercent: null,
  },
};

/** The first version of every plan, in the order of their size; what is not here yet is inserted when the platform is set up. */
export const PLAN_CATALOGUE: readonly NewPlan[] = PLANS.map((tier, order) => planOf(tier, order));

function limits([storage, applications, calls, connections, file, voice, video]: readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]): MeteredLimits {
  return {
    max_storage_gb: storage,
    max_applications: applications,
    max_api_calls_per_month: calls,
    max_concurrent_connections: connections,
    max_file_size_mb: file,
    voice_minutes: voice,
    video_minutes: video,
  };
}

function planOf(tier: Plan, order: number): NewPlan {
  const terms = TERMS[tier];
  const known = PLAN_LIMITS[tier];
  const featureCount = terms.featuresUntil === undefined ? PLAN_FEATURES.length : PLAN_FEATURES.indexOf(terms.featuresUntil);
  const [perUser, perMessages, perStorage, perCalls] = terms.overage ?? [null, null, null, null];
  const price = { currency: 'USD', stripe_price_id: null };
  return {
    plan_id: planIdOf(tier, 1),
    name: terms.name,
    description: terms.description,
    tier,
    version: 1,
    pricing: {
      monthly: { amount: terms.monthly, ...price },
      yearly: { amount: terms.monthly === null ? null : terms.monthly * MONTHS_OF_A_YEAR, ...price, savings_percent: YEAR_SAVES_PERCENT },
    },
    limits: {
      ...terms.limits,
      max_users: known.maxUsers,
      max_messages_per_month: known.maxMessagesPerMonth,
      max_group_size: known.maxGroupSize,
      requests_per_minute: known.requestsPerMinute,
      burst_per_second: known.burstPerSecond,
    },
    features: Object.fromEntries(PLAN_FEATURES.map((feature, index) => [feature, index < featureCount])) as NewPlan['features'],
    overage: {
      per_extra_user: perUser,
      per_1000_messages: perMessages,
      per_gb_storage: perStorage,
      per_1000_api_calls: perCalls,
      hard_cap_percent: terms.hardCapPercent,
    },
    trial: { enabled: terms.trialDays > 0, days: terms.trialDays },
    status: 'active',
    metadata: { display_order: order, highlight: tier === 'pro', badge_text: null },
  };
}
