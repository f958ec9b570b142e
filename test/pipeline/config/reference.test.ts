import { renderReference } from '../../../pipeline/config/reference.ts';
import { goldenFiles } from '../../fixtures/golden-file.ts';
import { schemas } from './sample-schemas.ts';

const { expectGolden } = goldenFiles(import.meta.url);

describe('the reference of the configuration', () => {
  it('has a table for each component and one for the service', () => {
    expectGolden('reference.md', renderReference(schemas));
  });
});
