{{/* One collector serves a node, whatever the release is called. */}}
{{- define "labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* What the configuration says: a chart that asks twice is wrong once. */}}
{{- define "port" -}}
{{ regexFind "[0-9]+$" .Values.config.exporters.prometheus.endpoint }}
{{- end }}

{{- define "scheme" -}}
{{ hasKey .Values.config.exporters.prometheus "tls" | ternary "https" "http" }}
{{- end }}

{{/* Of the chart and a path. Where clients need a certificate a kubelet has none: it can see that somebody listens, and no more. */}}
{{- define "probe" -}}
{{- $chart := index . 0 }}
{{- if ($chart.Values.config.exporters.prometheus.tls | default dict).client_ca_file -}}
tcpSocket:
  port: metrics
{{- else -}}
httpGet:
  path: {{ index . 1 }}
  port: metrics
  {{- if eq (include "scheme" $chart) "https" }}
  scheme: HTTPS
  {{- end }}
{{- end }}
{{- end }}

{{- define "socket" -}}
{{ .Values.config.service.privilege.reader_socket }}
{{- end }}

{{/* Whether anything reads the kubelet's folders. */}}
{{- define "reads-kubelet" -}}
{{- if or (hasKey (.Values.config.receivers | default dict) "volume_usage") (hasKey (.Values.config.processors | default dict) "kubernetes") }}true{{ end }}
{{- end }}

{{- define "monitored-endpoint" -}}
port: metrics
path: /metrics
scrapeTimeout: 10s
{{- if eq (include "scheme" .) "https" }}
scheme: https
{{- end }}
relabelings:
  - sourceLabels: [__meta_kubernetes_pod_node_name]
    targetLabel: instance
  - action: labeldrop
    regex: namespace|pod|container|endpoint|service
{{- end }}
