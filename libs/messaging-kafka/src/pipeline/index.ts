/**
 * Pipelines: what a consumer does with a batch of records, said as a list of named stages.
 */
export * from './outcome.js';
export { allSettled, forEachTenant, PipelineItem } from './pipeline-item.js';
export { type Stage, type StageRun, STAGES } from './stage.js';
export { Pipeline, type PipelineRun } from './pipeline.js';
export { PipelineBuilder } from './pipeline-builder.js';
export { type PipelineMetrics, pipelineMetrics } from './pipeline-metrics.js';
export { deserializeStage, metricsStage, tenantContextStage, validateStage } from './common-stages.js';
export { definePipelineConsumer, type PipelineConsumerOptions } from './pipeline-consumer.js';
