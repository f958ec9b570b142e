import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createDiscovery, type Drives } from '../../../receiver/nvme/discovery.ts';
import { createSysfs, type Sysfs } from '../../fixtures/sysfs.ts';

/** What is looked at again, and what is known to be as it was. */
describe('discovery, again and again', () => {
  let sysfs: Sysfs;
  let discover: () => Drives;
  beforeEach(() => {
    sysfs = createSysfs();
    discover = createDiscovery(sysfs.path);
    sysfs.addController('nvme1', { serial: 'vol0aaaaaaaaaaaaaaaa' });
    sysfs.addController('nvme2', { serial: 'vol0bbbbbbbbbbbbbbbb' });
  });
  afterEach(() => sysfs.remove());

  const ids = () => discover().volumes.map(({ id }) => id);
  const forgetProperties = (controller: string) => {
    for (const name of ['serial', 'model']) rmSync(join(sysfs.path, 'class/nvme', controller, name));
  };

  it('gives the same drives while nothing comes or goes', () => {
    const drives = discover();
    expect(discover()).to.equal(drives);
    sysfs.setState('nvme1', 'resetting');
    expect(discover()).to.equal(drives);
  });

  it('reads no property of a drive that stays', () => {
    const before = discover().volumes;
    forgetProperties('nvme1');
    sysfs.addController('nvme3', { serial: 'vol0cccccccccccccccc' });
    const after = discover().volumes;
    expect(after).to.have.lengthOf(3);
    expect(after[0]).to.equal(before[0]);
    expect(after[1]).to.equal(before[1]);
  });

  it('forgets a drive with the controller', () => {
    discover();
    sysfs.removeController('nvme1');
    sysfs.addController('nvme1', { serial: 'vol0dddddddddddddddd' });
    forgetProperties('nvme1');
    expect(ids()).to.deep.equal(['vol-0bbbbbbbbbbbbbbbb']);
  });

  it('sees drives that changed places', () => {
    discover();
    sysfs.removeController('nvme1');
    sysfs.removeController('nvme2');
    sysfs.addController('nvme2', { serial: 'vol0aaaaaaaaaaaaaaaa' });
    sysfs.addController('nvme1', { serial: 'vol0bbbbbbbbbbbbbbbb' });
    expect(ids()).to.deep.equal(['vol-0bbbbbbbbbbbbbbbb', 'vol-0aaaaaaaaaaaaaaaa']);
  });

  it('sees a volume that was detached and attached again under its name, unseen', () => {
    const [before] = discover().volumes;
    sysfs.removeController('nvme1');
    sysfs.addController('nvme1', { serial: 'vol0aaaaaaaaaaaaaaaa' });
    const [after] = discover().volumes;
    expect(after).to.deep.equal(before);
    expect(after).to.not.equal(before);
  });

  it('sees that a block device has another number, though its controller stays', () => {
    sysfs.renumber('nvme1n1', '259:3');
    const numbers = () => discover().volumes.map(({ deviceNumber }) => deviceNumber);
    expect(numbers()).to.deep.equal(['259:3', undefined]);
    sysfs.renumber('nvme1n1', '259:7');
    expect(numbers()).to.deep.equal(['259:7', undefined]);
  });

  it('sees that the visible block device of a hidden path has another number', () => {
    sysfs.addController('nvme3', { multipath: true });
    sysfs.renumber('nvme3n1', '259:3');
    expect(discover().volumes[2]).to.include({ deviceNumber: '259:3' });
    sysfs.renumber('nvme3n1', '259:7');
    expect(discover().volumes[2]).to.include({ deviceNumber: '259:7' });
  });

  it('goes on looking for what is not ready, and keeps the others', () => {
    const before = discover().volumes;
    symlinkSync('../../devices/coming', join(sysfs.path, 'class/nvme/nvme3'));
    expect(discover().volumes).to.deep.equal(before);
    rmSync(join(sysfs.path, 'class/nvme/nvme3'));
    sysfs.addController('nvme3', { serial: 'vol0cccccccccccccccc' });
    expect(ids()).to.have.lengthOf(3);
    expect(discover().volumes[0]).to.equal(before[0]);
  });

  it("sees drives that are not Amazon's come and go too", () => {
    const foreign = () => discover().foreign.map(({ serial }) => serial);
    expect(foreign()).to.deep.equal([]);
    sysfs.addController('nvme3', { model: 'Samsung SSD 980', serial: 'S5' });
    expect(foreign()).to.deep.equal(['S5']);
    sysfs.removeController('nvme3');
    sysfs.addController('nvme3', { model: 'Samsung SSD 980', serial: 'S6' });
    expect(foreign()).to.deep.equal(['S6']);
  });

  it('finds nothing any more where the driver is gone', () => {
    discover();
    rmSync(join(sysfs.path, 'class/nvme'), { recursive: true });
    expect(discover()).to.deep.equal({ volumes: [], foreign: [] });
  });
});
