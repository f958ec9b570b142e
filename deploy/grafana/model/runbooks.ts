import { runbookLink } from './links.ts';

/** The runbooks of the alerts, docs/runbooks/, that panels link to. */
export const runbook = {
  volumeIops: runbookLink('EBSVolumeIOPSLimit'),
  volumeThroughput: runbookLink('EBSVolumeThroughputLimit'),
  instanceLimit: runbookLink('EBSInstanceLimit'),
  latency: runbookLink('EBSVolumeLatencyHigh'),
  hung: runbookLink('EBSVolumeHung'),
  fillingUp: runbookLink('EBSVolumeFillingUp'),
  almostFull: runbookLink('EBSVolumeAlmostFull'),
  outOfInodes: runbookLink('EBSVolumeOutOfInodes'),
  unreadable: runbookLink('EBSVolumeUnreadable'),
  seriesMissing: runbookLink('EBSVolumeSeriesMissing'),
  collectorDown: runbookLink('EBSCollectorDown'),
  collectorAbsent: runbookLink('EBSCollectorAbsent'),
  collectorSlow: runbookLink('EBSCollectorSlow'),
  discoveryFailing: runbookLink('EBSCollectorDiscoveryFailing'),
  apiFailing: runbookLink('EBSCollectorAPIFailing'),
  exporterFailing: runbookLink('EBSExporterFailing'),
  queueFull: runbookLink('EBSExporterQueueNearFull'),
  dropping: runbookLink('EBSExporterDropping'),
  drift: runbookLink('EBSVolumeDrift'),
} as const;
