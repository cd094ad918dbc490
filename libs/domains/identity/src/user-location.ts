import { country, text } from '@caas/schema';

/** Where an address of the network seems to be; a hint. */
export const userLocation = {
  city: text({ max: 100 }).nullable(),
  region: text({ max: 100 }).nullable(),
  country: country().nullable(),
} as const;
