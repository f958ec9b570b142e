import { expect } from 'chai';
import { alerts } from '../../../deploy/alerts/groups.ts';
import { isFires } from './case.ts';
import { collectorCases } from './cases/collectors.ts';
import { exporterCases } from './cases/exporters.ts';
import { limitCases } from './cases/limits.ts';
import { spaceCases } from './cases/space.ts';
import { volumeCases } from './cases/volumes.ts';
import { testCase } from './promtool-rules.ts';

const cases = [...limitCases, ...volumeCases, ...spaceCases, ...collectorCases, ...exporterCases];

describe('alerts, by promtool', () => {
  for (const { alert } of alerts) {
    describe(alert, () => {
      const ofAlert = cases.filter((each) => each.alert === alert);

      it('is tested both ways', () => {
        expect(ofAlert.filter(isFires), 'fires').not.to.be.empty;
        expect(
          ofAlert.filter((each) => !isFires(each)),
          'does not fire',
        ).not.to.be.empty;
      });

      for (const each of ofAlert) {
        it(`${isFires(each) ? 'fires' : 'does not fire'} ${each.says}`, () =>
          expect(testCase(each)).to.equal(''));
      }
    });
  }
});
