/**
 * modules → chat, media, notifications, insight, billing, identity, tenancy → composition
 *
 * The one list of domains. A new domain is added here and nowhere else: the gateway takes its routes from it, the worker its consumers,
 * `caas-admin` its collections and topics.
 */
import { billingModule } from '@caas/billing';
import { chatModule } from '@caas/chat';
import { ModuleList } from '@caas/composition';
import { identityModule } from '@caas/identity';
import { insightModule } from '@caas/insight';
import { mediaModule } from '@caas/media';
import { notificationsModule } from '@caas/notifications';
import { tenancyModule } from '@caas/tenancy';

/** Everything that CAAS is made of, dependencies first. */
export const modules = new ModuleList([
  tenancyModule,
  billingModule,
  identityModule,
  notificationsModule,
  insightModule,
  mediaModule,
  chatModule,
]);
