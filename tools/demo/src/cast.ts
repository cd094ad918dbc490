import { type Author, type Commit } from './history.js';
import { type GatewayClient } from './gateway-client.js';

/** Speaks for everybody who has no place in the group, and is a member of every group: even a lone author needs somebody to talk to. */
const OTHERS: Author = { externalId: 'git-other-contributors', name: 'Other contributors' };
/** A group has at most 100 members. */
const AUTHORS_MAX = 99;

interface ApiUser {
  readonly user_id: string;
}

/** Who speaks for whom. */
export interface Cast {
  /** User ids, each once. */
  readonly members: readonly string[];
  userOf(author: Author): string;
}

/**
 * The authors in the group: the most active ones, the earlier one first among equals. A group that is there already keeps its members:
 * `isCast` says who has a place in it.
 */
export function chooseAuthors(commits: readonly Commit[], isCast: (author: Author) => boolean = () => true): Author[] {
  const activity = new Map<string, { author: Author; commits: number }>();
  for (const { author } of commits) {
    if (!isCast(author)) continue;
    const known = activity.get(author.externalId);
    if (known === undefined) activity.set(author.externalId, { author, commits: 1 });
    else known.commits += 1;
  }
  return [...activity.values()]
    .sort((left, right) => right.commits - left.commits)
    .slice(0, AUTHORS_MAX)
    .map(({ author }) => author);
}

/** Creates the users that are not there yet, all at once. The same authors are the same users in every run. */
export async function createCast(client: GatewayClient, authors: readonly Author[]): Promise<Cast> {
  const users = await Promise.all(
    [OTHERS, ...authors].map(async (author) => [author.externalId, await createUser(client, author)] as const),
  );
  const ids = new Map(users);
  const [others] = users;
  if (others === undefined) throw new RangeError('a cast has somebody for the others');
  return { members: [...ids.values()], userOf: ({ externalId }) => ids.get(externalId) ?? others[1] };
}

async function createUser(client: GatewayClient, { externalId, name }: Author): Promise<string> {
  const body = { external_id: externalId, display_name: name };
  const created = await client.call<ApiUser>('POST', '/v1/users', { body, expected: [201, 409] });
  if (created.status === 201) return created.body.user_id;
  return (await client.call<ApiUser>('GET', `/v1/users/ext:${externalId}`, { expected: [200] })).body.user_id;
}
