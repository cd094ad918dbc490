import { defineTenantSeed, type SeedRow, type TenantSeedContext } from '@caas/composition/seeding';
import { type RelationshipType, userRelationships } from '../relationships/user-relationships.collection.js';
import { type CastMember, castOf } from './cast.js';

type Row = SeedRow<typeof userRelationships>;

/** Friends in a ring, so that everybody has two; one open request; and of the other kinds a few. */
export const userRelationshipsSeed = defineTenantSeed({
  name: 'user relationships',
  collection: userRelationships,
  plan: (context) => {
    const cast = castOf(context);
    const rows = cast.flatMap((member) => relationsOf(context, member, cast));
    return { total: rows.length, rows };
  },
});

function relationsOf(context: TenantSeedContext, member: CastMember, cast: readonly CastMember[]): Row[] {
  const { index } = member;
  const other = (distance: number): CastMember => cast[(index + distance) % cast.length]!;
  const at = context.daysAgo(context.number({ min: 20, max: 50 }, 'related', index));
  const isRequest = index === cast.length - 1 && cast.length > 2;
  const rows = isRequest ? requested(context, [member, other(1)], at) : befriended(context, [member, other(1)], at);
  if (index === 0) rows.push(blocked(context, [member, other(2)], at));
  if (index % 3 === 1) rows.push(muted(context, [member, other(1)], at));
  if (index % 2 === 0) rows.push(following(context, [member, other(1)], at));
  if (index % 4 === 2) rows.push(contact(context, [member, other(2)], at));
  return rows;
}

function edge(
  context: TenantSeedContext,
  [user, target]: readonly [CastMember, CastMember],
  { type, at }: { type: RelationshipType; at: Date },
): Row {
  return {
    relationship_id: context.rowId('relationship', type, user.index, target.index),
    user_id: user.userId,
    target_user_id: target.userId,
    type,
    status: 'active',
    direction: null,
    is_mutual: false,
    friendship: null,
    blocking: null,
    muting: null,
    following: null,
    metadata: null,
    created_at: at,
  };
}

type Pair = readonly [CastMember, CastMember];

/** Both edges of a friendship. */
function befriended(context: TenantSeedContext, [one, two]: Pair, at: Date): Row[] {
  const friendship = {
    requested_at: at,
    accepted_at: new Date(at.getTime() + 3_600_000),
    rejected_at: null,
    rejection_reason: null,
    is_favorite: one.index % 3 === 0,
    favorited_at: one.index % 3 === 0 ? at : null,
    nickname: null,
  };
  const common = { status: 'accepted', is_mutual: true, friendship } as const;
  return [
    { ...edge(context, [one, two], { type: 'friend', at }), ...common, direction: 'outgoing' },
    { ...edge(context, [two, one], { type: 'friend', at }), ...common, direction: 'incoming' },
  ];
}

/** The same while one of them has not answered. */
function requested(context: TenantSeedContext, pair: Pair, at: Date): Row[] {
  return befriended(context, pair, at).map((row) => ({
    ...row,
    status: 'pending',
    is_mutual: false,
    friendship: { ...row.friendship!, accepted_at: null, is_favorite: false, favorited_at: null },
  }));
}

function blocked(context: TenantSeedContext, pair: Pair, at: Date): Row {
  return { ...edge(context, pair, { type: 'blocked', at }), blocking: { blocked_at: at, reason: 'Spam', report_id: null } };
}

function muted(context: TenantSeedContext, pair: Pair, at: Date): Row {
  const muting = { muted_at: at, mute_notifications: true, mute_stories: true, mute_calls: false, mute_until: null };
  return { ...edge(context, pair, { type: 'muted', at }), muting };
}

function following(context: TenantSeedContext, pair: Pair, at: Date): Row {
  return { ...edge(context, pair, { type: 'following', at }), following: { followed_at: at, notifications_enabled: true } };
}

function contact(context: TenantSeedContext, pair: Pair, at: Date): Row {
  const metadata = { source: 'qr_code', imported_from: null, notes: 'Met at the fair.' } as const;
  return { ...edge(context, pair, { type: 'contact', at }), metadata };
}
