import { text, z } from '@caas/schema';
import { applicationConfig, applicationSecurity } from './application-settings.js';
import { APPLICATION_ENVIRONMENTS } from './applications.collection.js';

const { jwt_config: jwtConfig, content_moderation: contentModeration } = applicationSecurity.shape;

/** What may be said about the use of an application; what is left out is as by default, or stays. */
const configGiven = applicationConfig.extend({ rate_limits: applicationConfig.shape.rate_limits.partial() }).partial();
const securityGiven = z.strictObject({
  jwt_config: jwtConfig.partial().optional(),
  content_moderation: contentModeration.partial().optional(),
});
const name = text({ min: 1, max: 100 });
const description = text({ max: 1000 }).nullable();

/** An application as somebody asks for it. */
export const newApplication = z.strictObject({
  name,
  description: description.optional(),
  environment: z.enum(APPLICATION_ENVIRONMENTS),
  config: configGiven.optional(),
  security: securityGiven.optional(),
});
export type NewApplication = z.output<typeof newApplication>;

/** What may be changed. The environment never does. */
export const applicationChanges = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  status: z.enum(['active', 'disabled']).optional(),
  config: configGiven.optional(),
  security: securityGiven.optional(),
});
export type ApplicationChanges = z.output<typeof applicationChanges>;
