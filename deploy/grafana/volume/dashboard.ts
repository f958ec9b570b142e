import { dashboard } from '../model/dashboard.ts';
import { uid } from '../model/links.ts';
import { latency } from './latency.ts';
import { load } from './load.ts';
import { neighbours } from './neighbours.ts';
import { now } from './now.ts';
import { volumeVariables } from './scope.ts';
import { space } from './space.ts';
import { throttling } from './throttling.ts';

export const volume = dashboard({
  uid: uid.volume,
  title: 'EBS / Volume',
  description: 'One volume in depth: who throttles it, load, latency, queue, space, owner and neighbours.',
  from: 'now-3h',
  refresh: '30s',
  variables: volumeVariables,
  sections: [now, throttling, load, latency, space, neighbours],
});
