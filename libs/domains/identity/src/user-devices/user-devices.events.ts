import { defineEvent } from '@caas/messaging-kafka';
import { idOf, text, timestampMs, z } from '@caas/schema';

const VERSION = '1.0.0';

export const deviceRegistered = defineEvent({
  type: 'device.registered',
  version: VERSION,
  key: 'user_id',
  description: 'A user has a device more',
  payload: z.strictObject({
    user_id: idOf('usr'),
    device: z.strictObject({
      device_id: idOf('dev'),
      device_type: z.enum(['web', 'mobile', 'desktop', 'tablet', 'api']),
      platform: text({ max: 50 }),
      os_version: text({ max: 50 }).optional(),
      app_version: text({ max: 50 }).optional(),
      browser: text({ max: 50 }).optional(),
      browser_version: text({ max: 50 }).optional(),
    }),
    registered_at: timestampMs(),
    /** The token itself stays in the store. */
    has_push_token: z.boolean(),
  }),
});

export const deviceRemoved = defineEvent({
  type: 'device.removed',
  version: VERSION,
  key: 'user_id',
  description: 'A device of a user no longer counts',
  payload: z.strictObject({
    user_id: idOf('usr'),
    device_id: idOf('dev'),
    removed_at: timestampMs(),
    removed_by: text({ min: 1, max: 100 }),
    reason: text({ max: 500 }).optional(),
  }),
});

/** Facts about devices, in the order of each user. */
export const DEVICE_EVENTS = [deviceRegistered, deviceRemoved] as const;
