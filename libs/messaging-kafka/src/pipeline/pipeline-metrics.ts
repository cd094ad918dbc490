import { type Metrics } from '@caas/runtime';

/** What all pipelines of a process count. */
export type PipelineMetrics = ReturnType<typeof create>;

const known = new WeakMap<Metrics, PipelineMetrics>();

/** The metrics of pipelines in a registry; made once, whoever asks first. */
export function pipelineMetrics(metrics: Metrics): PipelineMetrics {
  const existing = known.get(metrics);
  if (existing !== undefined) return existing;
  const created = create(metrics);
  known.set(metrics, created);
  return created;
}

function create(metrics: Metrics) {
  return {
    stageSeconds: metrics.histogram({
      name: 'caas_pipeline_stage_seconds',
      help: 'Time of one stage for one batch',
      labels: ['pipeline', 'stage'],
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    }),
    stageErrors: metrics.counter({
      name: 'caas_pipeline_stage_errors_total',
      help: 'Errors thrown by a stage, by class',
      labels: ['pipeline', 'stage', 'class'],
    }),
    runs: metrics.counter({ name: 'caas_pipeline_runs_total', help: 'Records by what became of them', labels: ['pipeline', 'result'] }),
  };
}
