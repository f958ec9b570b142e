import { expect } from 'chai';
import { createDropReport, dropReasons } from '../../../../pipeline/exporters/sending-queue/drop-report.ts';
import { recordLog } from '../../../fixtures/component-context.ts';

describe('the report of what is dropped', () => {
  it('counts every data point and speaks once for each reason that nobody else tells', () => {
    const { logger, lines } = recordLog();
    const counted: [string, number][] = [];
    const drops = createDropReport(logger, (reason, dataPoints) => counted.push([reason, dataPoints]));
    for (const reason of dropReasons) {
      drops.dropped(reason, [{ dataPoints: 2 }, { dataPoints: 3 }]);
      drops.dropped(reason, [{ dataPoints: 7 }]);
      drops.dropped(reason, []);
    }
    expect(counted).to.deep.equal(
      dropReasons.flatMap((reason) => [
        [reason, 5],
        [reason, 7],
      ]),
    );
    expect(lines.map(({ requests, data_points }) => [requests, data_points])).to.deep.equal(
      dropReasons.filter((reason) => reason !== 'refused').map(() => [2, 5]),
    );
  });

  it('says with all there was when it is over, and speaks again the next time', () => {
    const { logger, lines } = recordLog();
    const drops = createDropReport(logger, () => undefined);
    drops.over('queue_full');
    drops.dropped('queue_full', [{ dataPoints: 2 }]);
    drops.dropped('queue_full', [{ dataPoints: 3 }]);
    drops.over('queue_full', 'too_old');
    drops.over('queue_full');
    drops.dropped('queue_full', [{ dataPoints: 4 }]);
    expect(lines.map(({ level, requests, data_points }) => [level, requests, data_points])).to.deep.equal([
      ['warn', 1, 2],
      ['info', 2, 5],
      ['warn', 1, 4],
    ]);
  });
});
