import { type JobKind, type RunningJob, type UserData } from '@caas/composition';
import { ValidationError } from '@caas/runtime';
import { idOf, z } from '@caas/schema';

type Sources = () => Promise<readonly UserData[]>;

export const USER_EXPORT = 'user.export';
export const USER_ERASURE = 'user.delete';

const exportInput = z.object({ user_id: idOf('usr') });
const erasureInput = exportInput.extend({ delete_messages: z.boolean() });

/** Everything that is kept of a user, a line of JSON for each record. */
export function userExport(sources: Sources): JobKind {
  return {
    kind: USER_EXPORT,
    contentType: () => 'application/x-ndjson',
    run: async (job) => {
      const { user_id: userId } = inputOf(exportInput, job);
      let done = 0;
      for (const source of (await sources()).toReversed()) {
        for await (const record of source.export(job.tenant, userId)) {
          await job.write(`${JSON.stringify({ part: source.name, ...record })}\n`);
          job.progress((done += 1));
        }
      }
    },
  };
}

/** Removes a user for good: in conversations first, themselves last. */
export function userErasure(sources: Sources): JobKind {
  return {
    kind: USER_ERASURE,
    run: async (job) => {
      const { user_id: userId, delete_messages: deleteMessages } = inputOf(erasureInput, job);
      const parts = await sources();
      for (const [index, source] of parts.entries()) {
        job.signal.throwIfAborted();
        await source.erase(job.tenant, userId, { by: job.by, deleteMessages });
        job.progress(index + 1, parts.length);
      }
    },
  };
}

function inputOf<Shape extends z.ZodType>(shape: Shape, { input }: RunningJob): z.output<Shape> {
  const parsed = shape.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ValidationError([], { message: 'The job was queued with an input that it does not understand.' });
}
