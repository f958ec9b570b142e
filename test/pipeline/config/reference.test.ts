import { renderReference } from '../../../pipeline/config/reference.ts';
import { expectGolden } from './golden-file.ts';
import { schemas } from './sample-schemas.ts';

describe('the reference of the configuration', () => {
  it('has a table for each component and one for the service', () => {
    expectGolden('reference.md', renderReference(schemas));
  });
});
