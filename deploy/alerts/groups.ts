import { collectorAlerts } from './collector-alerts.ts';
import { driftAlerts } from './drift-alerts.ts';
import { exporterAlerts } from './exporter-alerts.ts';
import { limitAlerts } from './limit-alerts.ts';
import { collectorRecordings, spaceRecordings, volumeRecordings } from './recordings.ts';
import { isAlert, type AlertRule, type RuleGroup } from './rule.ts';
import { spaceAlerts } from './space-alerts.ts';
import { volumeAlerts } from './volume-alerts.ts';

export const groups: readonly RuleGroup[] = [
  volumeRecordings,
  spaceRecordings,
  collectorRecordings,
  limitAlerts,
  volumeAlerts,
  spaceAlerts,
  driftAlerts,
  collectorAlerts,
  exporterAlerts,
];

export const alerts: readonly AlertRule[] = groups.flatMap(({ rules }) => rules.filter(isAlert));
