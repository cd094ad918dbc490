import { double, int32, z } from '@caas/schema';

/** Media types that have a family of their own. */
export type MediaFamily = 'image' | 'video' | 'audio';

const SUBTYPE = '[a-z0-9][a-z0-9.+_\\-]{0,99}';

/** A media type in lower case without parameters (RFC 6838), of one family or of any. */
export const mediaType = (family?: MediaFamily): z.ZodString =>
  z
    .string()
    .regex(new RegExp(`^${family ?? '[a-z]{1,20}'}\\/${SUBTYPE}$`, 'u'), `must be a media type such as ${family ?? 'application'}/…`);

/** Width or height of a picture. */
export const pixels = (): z.ZodInt32 => int32({ min: 1 });

/** Length of a recording. */
export const seconds = (): z.ZodNumber => double({ min: 0 });
