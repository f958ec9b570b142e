import { dashboard } from '../model/dashboard.ts';
import { uid } from '../model/links.ts';
import { collectorVariables } from '../promql/collectors.ts';
import { cost } from './cost.ts';
import { dependencies } from './dependencies.ts';
import { exporters } from './exporters.ts';
import { now } from './now.ts';
import { readings } from './readings.ts';

export const collector = dashboard({
  uid: uid.collector,
  title: 'EBS / Collector',
  description:
    'The collectors themselves: do they read, do they deliver, what do they depend on, what do they cost.',
  from: 'now-1h',
  refresh: '30s',
  variables: collectorVariables,
  sections: [now, readings, exporters, dependencies, cost],
});
