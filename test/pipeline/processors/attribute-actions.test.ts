import { expect } from 'chai';
import fc from 'fast-check';
import {
  applyActions,
  attributeActionSchema,
  type AttributeAction,
} from '../../../pipeline/processors/attribute-actions.ts';
import { parseWith } from '../config/parsing.ts';
import { arbitraryAction, arbitraryAttributes } from './arbitrary-metrics.ts';

const act = (
  key: string,
  action: AttributeAction['action'],
  source: Partial<Pick<AttributeAction, 'value' | 'from_attribute'>> = {},
): AttributeAction => ({ key, action, value: undefined, from_attribute: undefined, ...source });

describe('attribute actions', () => {
  const attributes = { team: 'storage', zone: 'b' };

  it('insert where the attribute is absent', () => {
    expect(applyActions(attributes, [act('env', 'insert', { value: 'prod' })])).to.deep.equal({
      ...attributes,
      env: 'prod',
    });
    expect(applyActions(attributes, [act('team', 'insert', { value: 'db' })])).to.equal(attributes);
  });

  it('update where it is there', () => {
    expect(applyActions(attributes, [act('team', 'update', { value: 'db' })])).to.deep.equal({
      team: 'db',
      zone: 'b',
    });
    expect(applyActions(attributes, [act('env', 'update', { value: 'prod' })])).to.equal(attributes);
  });

  it('upsert either way', () => {
    const actions = [act('team', 'upsert', { value: 'db' }), act('env', 'upsert', { value: 'prod' })];
    expect(applyActions(attributes, actions)).to.deep.equal({ team: 'db', zone: 'b', env: 'prod' });
  });

  it('delete', () => {
    expect(applyActions(attributes, [act('zone', 'delete'), act('none', 'delete')])).to.deep.equal({
      team: 'storage',
    });
  });

  it('copy from another attribute, and do nothing where that is absent', () => {
    expect(applyActions(attributes, [act('owner', 'insert', { from_attribute: 'team' })])).to.deep.equal({
      ...attributes,
      owner: 'storage',
    });
    expect(applyActions(attributes, [act('owner', 'insert', { from_attribute: 'none' })])).to.equal(
      attributes,
    );
  });

  it('see what those before them did', () => {
    const rename = [act('owner', 'upsert', { from_attribute: 'team' }), act('team', 'delete')];
    expect(applyActions(attributes, rename)).to.deep.equal({ owner: 'storage', zone: 'b' });
  });

  it('never write into what they are given, and give it back where they change nothing', () => {
    fc.assert(
      fc.property(arbitraryAttributes, fc.array(arbitraryAction, { maxLength: 4 }), (given, actions) => {
        const result = applyActions(Object.freeze(given), actions);
        if (result !== given && actions.length === 1) expect(result).not.to.deep.equal(given);
      }),
    );
  });

  it('change nothing more when applied again, one by one', () => {
    fc.assert(
      fc.property(arbitraryAttributes, arbitraryAction, (given, action) => {
        const once = applyActions(given, [action]);
        expect(applyActions(once, [action])).to.equal(once);
      }),
    );
  });

  it('take one source for a value, and none to delete', async () => {
    const problems = async (text: string) => {
      const outcome = await parseWith(attributeActionSchema, text);
      return 'problems' in outcome ? outcome.problems : [];
    };
    expect(await problems('{ key: a, action: insert }')).to.deep.equal([
      'f.yaml:1:19: exporter x: insert takes one of value and from_attribute',
    ]);
    expect(await problems('{ key: a, action: upsert, value: x, from_attribute: b }')).to.have.length(1);
    expect(await problems('{ key: a, action: delete, value: x }')).to.deep.equal([
      'f.yaml:1:19: exporter x: delete takes neither value nor from_attribute',
    ]);
    expect(await problems('{ key: a, action: remove }')).to.have.length(1);
    expect(await problems('{ key: a, action: delete }')).to.deep.equal([]);
  });
});
