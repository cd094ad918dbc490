import { z } from 'zod';
import { country } from './places.js';
import { text } from './text.js';

/** The device that an event speaks of: enough to show and to count by, nothing that identifies a person. */
export const deviceSnapshot = () =>
  z.strictObject({
    device_id: text({ min: 1, max: 100 }),
    device_type: z.enum(['web', 'mobile', 'desktop', 'tablet', 'api']),
    platform: text({ min: 1, max: 50 }),
    os_version: text({ max: 50 }).optional(),
    app_version: text({ max: 50 }).optional(),
    browser: text({ max: 50 }).optional(),
    browser_version: text({ max: 50 }).optional(),
    location: z.strictObject({ country: country(), region: text({ max: 100 }).optional(), city: text({ max: 100 }).optional() }).optional(),
  });
