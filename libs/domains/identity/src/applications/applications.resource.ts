import { dateTime, idOf, text, z } from '@caas/schema';
import { applicationConfig, applicationSecurity } from './application-settings.js';
import { APPLICATION_ENVIRONMENTS, type Application } from './applications.collection.js';

const { jwt_config, content_moderation } = applicationSecurity.shape;

/** An application as the API shows it. */
export const applicationResource = z
  .strictObject({
    app_id: idOf('app'),
    name: text({ min: 1, max: 100 }),
    description: text({ max: 1000 }).nullable(),
    environment: z.enum(APPLICATION_ENVIRONMENTS),
    status: z.enum(['active', 'disabled']),
    config: applicationConfig,
    security: z.strictObject({ jwt_config, content_moderation }),
    created_at: dateTime(),
    updated_at: dateTime(),
  })
  .meta({ id: 'Application' });

export function toApplicationResource(application: Application): z.output<typeof applicationResource> {
  const { app_id, name, description, environment, status, config, security } = application;
  return {
    app_id,
    name,
    description,
    environment,
    status: status === 'disabled' ? 'disabled' : 'active',
    config,
    security: { jwt_config: security.jwt_config, content_moderation: security.content_moderation },
    created_at: application.created_at.toISOString(),
    updated_at: application.updated_at.toISOString(),
  };
}
