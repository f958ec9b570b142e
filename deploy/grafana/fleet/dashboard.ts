import { dashboard } from '../model/dashboard.ts';
import { uid } from '../model/links.ts';
import { choiceOfMany } from '../model/variables.ts';
import { placeVariables, volumeQuery } from '../promql/volumes.ts';
import { latency } from './latency.ts';
import { load } from './load.ts';
import { now } from './now.ts';
import { space } from './space.ts';
import { throttling } from './throttling.ts';

export const fleet = dashboard({
  uid: uid.fleet,
  title: 'EBS / Fleet',
  description: 'All EBS volumes that collectors see: who is throttled and by what, how fast, how full.',
  from: 'now-1h',
  refresh: '1m',
  variables: [
    ...placeVariables,
    choiceOfMany({ name: 'volume', label: 'Volume', description: 'The volume id.', query: volumeQuery }),
  ],
  sections: [now, throttling, load, space, latency],
});
