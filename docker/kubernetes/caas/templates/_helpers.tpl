{{- /* Labels of a part: (dict "root" $ "part" "gateway"). */ -}}
{{- define "caas.selector" -}}
app.kubernetes.io/name: caas
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "caas.labels" -}}
{{ include "caas.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "caas.name" -}}
{{ .root.Release.Name }}-{{ .part }}
{{- end }}

{{- /* (dict "root" $ "image" "gateway") */ -}}
{{- define "caas.image" -}}
{{- with .root.Values.image.registry }}{{ . }}/{{ end }}caas-{{ .image }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- /* Variables of the apps that are not empty: (dict "root" $ "part" "gateway" "more" (dict)). */ -}}
{{- define "caas.environment" -}}
{{- $all := mergeOverwrite (dict) (deepCopy .root.Values.environment.shared) (deepCopy (index .root.Values.environment .part)) (.more | default dict) -}}
{{- range $name, $value := $all }}
{{- if ne (toString $value) "" }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "caas.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1001
runAsGroup: 1001
fsGroup: 1001
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "caas.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "caas.mounts" -}}
- { name: secrets, mountPath: /run/caas, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- end }}

{{- /* (dict "root" $ "part" "gateway") */ -}}
{{- define "caas.volumes" -}}
- name: secrets
  secret: { secretName: {{ index .root.Values.secrets .part | quote }}, defaultMode: 0440 }
- name: tmp
  emptyDir: { medium: Memory, sizeLimit: 64Mi }
{{- end }}

{{- /* A Deployment with its disruption budget and its scaler: (dict "root" $ "part" "gateway" "metricsPort" "3001"). */ -}}
{{- define "caas.deployment" -}}
{{- $values := index .root.Values .part -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "caas.name" . }}
  labels: {{- include "caas.labels" . | nindent 4 }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  # A new pod is ready before an old one is asked to stop.
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels: {{- include "caas.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "caas.labels" . | nindent 8 }}
      annotations:
        prometheus.io/scrape: 'true'
        prometheus.io/port: {{ .metricsPort | quote }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .root.Values.terminationGracePeriodSeconds }}
      securityContext: {{- include "caas.podSecurity" . | nindent 8 }}
      {{- with .root.Values.image.pullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ $key }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "caas.selector" $ | nindent 14 }}
        {{- end }}
      containers:
        - name: {{ .part }}
          image: {{ include "caas.image" (dict "root" .root "image" .part) | quote }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          securityContext: {{- include "caas.containerSecurity" . | nindent 12 }}
          env: {{- include "caas.environment" . | trim | nindent 12 }}
          ports:
            {{- if eq .part "gateway" }}
            - { name: http, containerPort: {{ .root.Values.environment.gateway.PORT | int }} }
            {{- end }}
            - { name: metrics, containerPort: {{ .metricsPort | int }} }
          # A connection to a store that is away makes no process sick: only readiness asks for it.
          startupProbe: { httpGet: { path: /health, port: metrics }, periodSeconds: 2, failureThreshold: 60 }
          livenessProbe: { httpGet: { path: /health, port: metrics }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 }
          readinessProbe: { httpGet: { path: /ready, port: metrics }, periodSeconds: 5, timeoutSeconds: 6, failureThreshold: 2 }
          lifecycle:
            # Endpoints are withdrawn beside the stop, not before it: the listener stays open for that long. There is no shell to sleep in.
            preStop: { exec: { command: [/usr/local/bin/node, -e, 'setTimeout(() => {}, {{ mul .root.Values.preStopSeconds 1000 }})'] } }
          resources: {{- toYaml $values.resources | nindent 12 }}
          volumeMounts: {{- include "caas.mounts" . | nindent 12 }}
      volumes: {{- include "caas.volumes" . | nindent 8 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "caas.name" . }}
  labels: {{- include "caas.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "caas.selector" . | nindent 6 }}
{{- end }}

{{- /* The same arguments; "metrics" is YAML of further metrics. */ -}}
{{- define "caas.autoscaler" -}}
{{- $scaling := (index .root.Values .part).autoscaling -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "caas.name" . }}
  labels: {{- include "caas.labels" . | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ include "caas.name" . }} }
  minReplicas: {{ $scaling.min }}
  maxReplicas: {{ $scaling.max }}
  behavior:
    # Each change of the number of workers moves partitions; down is slow.
    scaleDown: { stabilizationWindowSeconds: 600, policies: [{ type: Pods, value: 1, periodSeconds: 120 }] }
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: {{ $scaling.cpuPercent }} } }
    {{- if $scaling.lagMetric }}
    - type: External
      external:
        metric: { name: {{ $scaling.lagMetric }} }
        target: { type: AverageValue, averageValue: {{ $scaling.lagRecords | quote }} }
    {{- end }}
{{- end }}
