import { expect } from 'chai';
import { nvmeReceiverConfig } from '../../../pipeline/receivers/nvme/config.ts';
import { volumeUsageReceiverConfig } from '../../../pipeline/receivers/volume-usage/config.ts';
import { parseWith } from '../config/parsing.ts';

describe('the intervals of a receiver', () => {
  for (const [receiver, parse] of [
    ['nvme', (text: string) => parseWith(nvmeReceiverConfig, text)],
    ['volume_usage', (text: string) => parseWith(volumeUsageReceiverConfig, text)],
  ] as const) {
    it(`let no push of ${receiver} repeat an old reading`, async () => {
      const of = (minInterval: string) => parse(`{min_interval: ${minInterval}, collection_interval: 30s}`);
      expect(await of('30s')).to.have.property('value');
      expect(await of('31s')).to.deep.equal({
        problems: [
          'f.yaml:1:16: exporter x: min_interval is longer than collection_interval: pushes would repeat old readings; make it shorter or equal',
        ],
      });
    });
  }
});
