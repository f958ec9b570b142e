import { expect } from 'chai';
import { resolveTargets } from '../../../../pipeline/cli/stats/targets.ts';
import { ebsVolume, instanceStoreVolume } from '../../../fixtures/volumes.ts';

const volumes = [
  ebsVolume(1, 'vol-0123456789abcdef0'),
  instanceStoreVolume(2),
  ebsVolume(10, 'vol-0aaaaaaaaaaaaaaaa'),
];
const foreign = [{ device: 'nvme0n1', controller: 'nvme0', model: 'Samsung SSD 980', serial: 'S5' }];

function meant(...names: string[]): string[] {
  const targets = resolveTargets(names, volumes, foreign);
  if (!targets.ok) throw new Error(targets.messages.join('\n'));
  return volumes.filter(targets.isMeant).map(({ device }) => device);
}

describe('targets', () => {
  it('are all volumes where none is named', () => {
    expect(meant()).to.deep.equal(['nvme1n1', 'nvme2n1', 'nvme10n1']);
  });

  it('are named by device, path, partition, controller, id with or without its dash, or serial', () => {
    for (const name of [
      'nvme1n1',
      '/dev/nvme1n1',
      '/dev/nvme1n1p3',
      'nvme1',
      '/dev/nvme1',
      'vol-0123456789abcdef0',
      'vol0123456789abcdef0',
    ]) {
      expect(meant(name), name).to.deep.equal(['nvme1n1']);
    }
    expect(meant('AWS14BE4082584B141CB')).to.deep.equal(['nvme2n1']);
  });

  it('are compared whole: nvme1 is not nvme10', () => {
    expect(meant('nvme10')).to.deep.equal(['nvme10n1']);
  });

  it('are refused where they do not exist, with what does', () => {
    expect(resolveTargets(['nvme3', 'nvme1', 'nvme0n1'], volumes, foreign)).to.deep.equal({
      ok: false,
      messages: [
        'no Amazon NVMe volume "nvme3" is attached',
        "nvme0n1 is Samsung SSD 980, not one of Amazon's drives: it is never asked for statistics",
        'attached are:',
        '  nvme1n1   vol-0123456789abcdef0',
        '  nvme2n1   AWS14BE4082584B141CB',
        '  nvme10n1  vol-0aaaaaaaaaaaaaaaa',
      ],
    });
  });

  it('are refused where nothing is attached', () => {
    expect(resolveTargets(['nvme3'], [], [])).to.deep.equal({
      ok: false,
      messages: ['no Amazon NVMe volume "nvme3" is attached'],
    });
  });
});
