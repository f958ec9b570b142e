import { expect } from 'chai';
import fc from 'fast-check';
import { kindOfModel, namespaceDevice, volumeId } from '../../../receiver/nvme/discovery.ts';

describe('the kind of a model', () => {
  it('is known of Amazon models only, padded or not', () => {
    expect(kindOfModel('Amazon Elastic Block Store              ')).to.equal('ebs');
    expect(kindOfModel('Amazon EC2 NVMe Instance Storage')).to.equal('instance_store');
    // Every object has a property of this name.
    expect(kindOfModel('toString')).to.equal(undefined);
    expect(kindOfModel('amazon elastic block store')).to.equal(undefined);
  });
});

describe('the id of a volume', () => {
  it('is the same with and without the dash of the serial', () => {
    const digits = fc.stringMatching(/^[0-9a-f]{8,17}$/);
    fc.assert(
      fc.property(digits, (id) => {
        expect(volumeId('ebs', `vol${id}`)).to.equal(`vol-${id}`);
        expect(volumeId('ebs', `vol-${id}`)).to.equal(`vol-${id}`);
      }),
    );
  });

  it('is the serial of an instance-store drive as it stands', () => {
    expect(volumeId('instance_store', 'vol0123')).to.equal('vol0123');
  });
});

describe('the device of a controller', () => {
  const number = fc.nat({ max: 120 });

  it('is that of its lowest namespace, whatever else is in its folder', () => {
    const strangers = fc.constantFrom('hwmon1', 'ng1n1', 'nvme1', 'nvme1n1p1', 'nvme1n', 'power', 'xnvme1n1');
    fc.assert(
      fc.property(
        number,
        fc.uniqueArray(number, { minLength: 1, maxLength: 5 }),
        fc.array(strangers),
        (instance, ids, others) => {
          const names = [...ids.map((id) => `nvme${instance}n${id}`), ...others];
          const ofNeighbours = [instance + 1, instance * 10 + 1, instance * 10].filter(
            (each) => each !== instance,
          );
          const all = [...ofNeighbours.map((each) => `nvme${each}n0`), ...names];
          expect(namespaceDevice(`nvme${instance}`, all)).to.equal(`nvme${instance}n${Math.min(...ids)}`);
        },
      ),
    );
  });

  it('is named after the subsystem where the path is hidden, and not after the controller', () => {
    fc.assert(
      fc.property(number, number, (subsystem, instance) => {
        const path = [`nvme${subsystem}c${instance}n1`];
        expect(namespaceDevice(`nvme${instance}`, path)).to.equal(`nvme${subsystem}n1`);
        expect(namespaceDevice(`nvme${instance + 1}`, path)).to.equal(undefined);
      }),
    );
  });

  it('is unknown without a namespace, and of what is no controller', () => {
    expect(namespaceDevice('nvme1', ['hwmon1', 'nvme10n1'])).to.equal(undefined);
    expect(namespaceDevice('nvme-subsys1', ['nvme1n1'])).to.equal(undefined);
  });
});
