/**
 * tenancy → composition → data-access-mongo, messaging-kafka → runtime → schema
 *
 * Tenants: the companies that use CAAS, and how they come to be.
 *
 * - *provisioning*: the saga that makes a tenant usable; *step*: one idempotent part of it.
 */
export { tenancyModule } from './tenancy.module.js';
export { auditRecorded, platformAudit } from './audit/audit.events.js';
export { type AuditPayload, auditPayload } from './audit/audit-payload.js';
export { auditChanges } from './audit/audit-changes.js';
export { auditing } from './audit/auditing.js';
export { aboutTenant } from './platform-events/about-tenant.js';
export * from './platform-events/alert.events.js';
export * from './platform-events/api-key.events.js';
export * from './platform-events/application.events.js';
export { platformEvents } from './platform-events/platform-events.topic.js';
export { type PlatformEvent, PlatformFollower, type PlatformFollowerOptions } from './platform-events/platform-follower.js';
export { platformNotifications } from './platform-events/platform-notifications.topic.js';
export * from './platform-events/tenant.events.js';
export * from './platform-events/webhook.events.js';
export { dimensionKey, dimensionKeyOf } from './metering/dimension-key.js';
export { type LifecycleEnvironment, type LifecycleOperation } from './lifecycle/lifecycle-operation.js';
export { downgrade, migrationDue, upgrade } from './lifecycle/operations/change-plan.js';
export { exportData } from './lifecycle/operations/export.js';
export { hardDelete } from './lifecycle/operations/hard-delete.js';
export { resume } from './lifecycle/operations/resume.js';
export { restore } from './lifecycle/operations/restore.js';
export { RETENTION_DAYS, softDelete } from './lifecycle/operations/soft-delete.js';
export { suspend, SUSPENSION_REASONS, type SuspensionReason } from './lifecycle/operations/suspend.js';
export { cleanUpOrphans, type Orphan } from './lifecycle/orphans.js';
export { type Overshoot, OvershootError } from './lifecycle/overshoot.js';
export { runSaga, type SagaContext, type SagaProgress, type SagaStep } from './lifecycle/saga.js';
export { type BeginOptions, type LifecyclePreview, TenantLifecycle } from './lifecycle/tenant-lifecycle.js';
export { type TenantOperation } from './provisioning/tenant-operations.collection.js';
export { collectionsStep, infrastructureSteps } from './provisioning/infrastructure-steps.js';
export { ISOLATION_BUDGET, type IsolationBudget, IsolationBudgetError } from './provisioning/isolation-budget.js';
export { type ProvisionTenantInput } from './provisioning/provisioning-input.js';
export { type ProvisionResult, TenantProvisioning } from './provisioning/provision-tenant.js';
export { TenantRecords } from './tenants/tenant-records.js';
export { type BillingPeriod, calendarMonth, type PeriodSource } from './quotas/billing-period.js';
export { type QuotaDrift, QuotaRepair, type QuotaUsage } from './quotas/quota-repair.js';
export { type QuotasOptions, QuotasService } from './quotas/quotas.service.js';
export { featuresOf, featuresOfPlan } from './settings/plan-features.js';
export { SETTINGS_DEFAULTS } from './settings/settings-defaults.js';
export { SETTING_DEFAULTS } from './settings/settings-paths.js';
export { type SettingsDocument } from './settings/settings-schema.js';
export { type SettingsChanges, SettingsService, type TenantSettings } from './settings/settings.service.js';
export { QUOTA_RESOURCES, type QuotaResource } from './quotas/quota-resources.js';
export { MongoTenantDirectory } from './tenants/mongo-tenant-directory.js';
export { PLAN_FEATURES, PLAN_LIMIT_NAMES, planFeatures, type PlanFeature, type PlanLimitName, planLimits } from './tenants/plan-terms.js';
export { type SaasClient } from './tenants/tenants.collection.js';
export { TenantsService } from './tenants/tenants.service.js';
export { FENCE_BOARD } from './migration/fence-notice.js';
export { type MoveParts } from './migration/move-parts.js';
export { type Move, TenantMoves } from './migration/tenant-moves.js';
export { moveTopics } from './topics/move-topics.js';
export { ALERT_LEASE_MS, AlertMonitor } from './alerts/alert-monitor.js';
export { kafkaSignals } from './alerts/kafka-signals.js';
export { TopicDrift } from './topics/topic-drift.js';
export { SEND_FENCE_BOARD } from './topics/send-fence.js';
export { type TopicParts } from './topics/topic-parts.js';
export { topicsOf } from './topics/topics-of.js';
export { tenancyPorts } from './process-ports.js';
export { JobRunner } from './jobs/job-runner.js';
export { type Job, jobs } from './jobs/jobs.collection.js';
export { jobResults } from './jobs/job-results.collection.js';
export { queuedJob, toQueuedReply } from './jobs/jobs.routes.js';
export { JobsService, type NewJob } from './jobs/jobs.service.js';
export { exportedRows } from './lifecycle/export/exported-rows.js';
