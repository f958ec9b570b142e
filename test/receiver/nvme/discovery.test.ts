import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { controllerState, createDiscovery, type Drives } from '../../../receiver/nvme/discovery.ts';
import { createSysfs, type Sysfs } from '../../fixtures/sysfs.ts';

const instanceStoreModel = 'Amazon EC2 NVMe Instance Storage';

describe('discovery', () => {
  let sysfs: Sysfs;
  let discover: () => Drives;
  beforeEach(() => {
    sysfs = createSysfs();
    discover = createDiscovery(sysfs.path);
  });
  afterEach(() => sysfs.remove());

  const volumeIds = () => discover().volumes.map(({ id }) => id);
  const devices = () => discover().volumes.map(({ device }) => device);
  const inController = (...path: string[]) => join(sysfs.path, 'class/nvme', ...path);

  it('finds EBS volumes and instance-store drives, and tells what their controllers say', () => {
    sysfs.addController('nvme0', { serial: 'vol0aaaaaaaaaaaaaaaa' });
    sysfs.addController('nvme1', {
      model: instanceStoreModel,
      serial: 'AWS14BE4082584B141CB',
      firmware: '0',
    });
    expect(discover()).to.deep.equal({
      volumes: [
        {
          kind: 'ebs',
          id: 'vol-0aaaaaaaaaaaaaaaa',
          device: 'nvme0n1',
          controller: 'nvme0',
          model: 'Amazon Elastic Block Store',
          firmware: '1.0',
        },
        {
          kind: 'instance_store',
          id: 'AWS14BE4082584B141CB',
          device: 'nvme1n1',
          controller: 'nvme1',
          model: instanceStoreModel,
          firmware: '0',
        },
      ],
      foreign: [],
    });
  });

  it("keeps drives that are not Amazon's apart", () => {
    sysfs.addController('nvme0', { model: 'Samsung SSD 980 PRO 1TB', serial: 'S5GXNX' });
    sysfs.addController('nvme1', { model: 'Amazon Elastic Block Storage', serial: 'vol0bbbbbbbbbbbbbbbb' });
    expect(discover()).to.deep.equal({
      volumes: [],
      foreign: [
        { device: 'nvme0n1', controller: 'nvme0', model: 'Samsung SSD 980 PRO 1TB', serial: 'S5GXNX' },
        {
          device: 'nvme1n1',
          controller: 'nvme1',
          model: 'Amazon Elastic Block Storage',
          serial: 'vol0bbbbbbbbbbbbbbbb',
        },
      ],
    });
  });

  it('writes the id of a volume with a dash, whether or not the drive does', () => {
    sysfs.addController('nvme0', { serial: 'vol0aaaaaaaaaaaaaaaa' });
    sysfs.addController('nvme1', { serial: 'vol-0bbbbbbbbbbbbbbbb' });
    expect(volumeIds()).to.deep.equal(['vol-0aaaaaaaaaaaaaaaa', 'vol-0bbbbbbbbbbbbbbbb']);
  });

  it('orders controllers by number, and mistakes none for another that it begins with', () => {
    for (const number of [10, 1, 2]) {
      sysfs.addController(`nvme${number}`, { serial: `vol${String(number).padStart(17, '0')}` });
    }
    expect(discover().volumes.map(({ id, device }) => `${device} ${id}`)).to.deep.equal([
      'nvme1n1 vol-00000000000000001',
      'nvme2n1 vol-00000000000000002',
      'nvme10n1 vol-00000000000000010',
    ]);
  });

  it('names the whole device, never a partition', () => {
    sysfs.addController('nvme0', { partitions: [1, 14, 15] });
    expect(devices()).to.deep.equal(['nvme0n1']);
  });

  it('names the first namespace of a controller that has several', () => {
    sysfs.addController('nvme0', { namespaces: [10, 2] });
    expect(devices()).to.deep.equal(['nvme0n2']);
  });

  it('names the visible device where the kernel hides the path to it', () => {
    sysfs.addController('nvme1', { multipath: true, partitions: [1] });
    expect(devices()).to.deep.equal(['nvme1n1']);
  });

  it('takes nothing else in the folder for a controller', () => {
    sysfs.addController('nvme0');
    mkdirSync(inController('nvme-fabrics'));
    mkdirSync(inController('nvme0c0'));
    expect(devices()).to.deep.equal(['nvme0n1']);
  });

  for (const missing of ['serial', 'model'] as const) {
    it(`waits for a controller that has no ${missing} yet`, () => {
      sysfs.addController('nvme0');
      const file = inController('nvme0', missing);
      rmSync(file);
      expect(discover()).to.deep.equal({ volumes: [], foreign: [] });
      writeFileSync(file, missing === 'model' ? 'Amazon Elastic Block Store\n' : 'vol0cccccccccccccccc\n');
      expect(devices()).to.deep.equal(['nvme0n1']);
    });
  }

  it('waits for a controller whose serial is still empty', () => {
    sysfs.addController('nvme0', { serial: '' });
    expect(devices()).to.deep.equal([]);
    writeFileSync(inController('nvme0', 'serial'), 'vol0cccccccccccccccc\n');
    expect(volumeIds()).to.deep.equal(['vol-0cccccccccccccccc']);
  });

  it('waits for a controller that has no namespace yet', () => {
    sysfs.addController('nvme0', { namespaces: [] });
    expect(devices()).to.deep.equal([]);
    mkdirSync(inController('nvme0', 'nvme0n1'));
    expect(devices()).to.deep.equal(['nvme0n1']);
  });

  it('does without the version of the firmware', () => {
    sysfs.addController('nvme0');
    rmSync(inController('nvme0', 'firmware_rev'));
    expect(discover().volumes.map(({ firmware }) => firmware)).to.deep.equal(['']);
  });

  it('passes over a controller that is gone since it was listed', () => {
    sysfs.addController('nvme0');
    symlinkSync('../../devices/gone', inController('nvme1'));
    expect(devices()).to.deep.equal(['nvme0n1']);
  });

  it('sees volumes come and go', () => {
    expect(devices()).to.deep.equal([]);
    sysfs.addController('nvme1');
    expect(devices()).to.deep.equal(['nvme1n1']);
    sysfs.removeController('nvme1');
    expect(devices()).to.deep.equal([]);
  });

  it('sees another drive under the name of one that is gone', () => {
    sysfs.addController('nvme1', { serial: 'vol0aaaaaaaaaaaaaaaa', namespaces: [1] });
    discover();
    sysfs.removeController('nvme1');
    sysfs.addController('nvme1', {
      model: instanceStoreModel,
      serial: 'AWS1',
      firmware: '0',
      namespaces: [3],
    });
    expect(discover().volumes).to.deep.equal([
      {
        kind: 'instance_store',
        id: 'AWS1',
        device: 'nvme1n3',
        controller: 'nvme1',
        model: instanceStoreModel,
        firmware: '0',
      },
    ]);
  });

  it('shows nothing of the drive before while the next one under its name is not ready', () => {
    sysfs.addController('nvme1', { serial: 'vol0aaaaaaaaaaaaaaaa' });
    discover();
    sysfs.removeController('nvme1');
    sysfs.addController('nvme1', { serial: 'vol0bbbbbbbbbbbbbbbb', namespaces: [] });
    expect(volumeIds()).to.deep.equal([]);
    mkdirSync(inController('nvme1', 'nvme1n1'));
    expect(volumeIds()).to.deep.equal(['vol-0bbbbbbbbbbbbbbbb']);
  });

  it('waits for a volume that comes back as for one that is new', () => {
    sysfs.addController('nvme1');
    discover();
    sysfs.removeController('nvme1');
    discover();
    sysfs.addController('nvme1', { namespaces: [] });
    expect(devices()).to.deep.equal([]);
    mkdirSync(inController('nvme1', 'nvme1n2'));
    expect(devices()).to.deep.equal(['nvme1n2']);
  });

  describe('of device numbers', () => {
    const numbers = () => discover().volumes.map(({ deviceNumber }) => deviceNumber);
    const say = (number: string, ...folder: string[]) =>
      writeFileSync(join(sysfs.path, 'class', ...folder, 'dev'), number);

    it('tells what the kernel calls the block device by', () => {
      sysfs.addController('nvme1', { partitions: [1] });
      say('259:3\n', 'nvme', 'nvme1', 'nvme1n1');
      say('259:4\n', 'block', 'nvme1n1p1');
      expect(numbers()).to.deep.equal(['259:3']);
      say('259:9\n', 'nvme', 'nvme1', 'nvme1n1');
      expect(numbers()).to.deep.equal(['259:3']);
    });

    it('tells that of the visible device where the kernel hides the path to it', () => {
      sysfs.addController('nvme1', { multipath: true });
      say('0:0\n', 'nvme', 'nvme1', 'nvme1c1n1');
      say('259:3\n', 'block', 'nvme1n1');
      expect(numbers()).to.deep.equal(['259:3']);
    });

    it('tells none where the kernel says none, or nonsense', () => {
      sysfs.addController('nvme1');
      expect(discover().volumes[0]).to.not.have.property('deviceNumber');
      sysfs.addController('nvme2', { serial: 'vol0bbbbbbbbbbbbbbbb' });
      say('-1:x\n', 'nvme', 'nvme2', 'nvme2n1');
      expect(discover().volumes[1]).to.not.have.property('deviceNumber');
    });

    it("tells another drive's under the name of one that is gone", () => {
      sysfs.addController('nvme1', { serial: 'vol0aaaaaaaaaaaaaaaa' });
      say('259:3\n', 'nvme', 'nvme1', 'nvme1n1');
      discover();
      sysfs.removeController('nvme1');
      sysfs.addController('nvme1', { serial: 'vol0bbbbbbbbbbbbbbbb' });
      say('259:5\n', 'nvme', 'nvme1', 'nvme1n1');
      expect(numbers()).to.deep.equal(['259:5']);
    });
  });

  it('finds nothing on a machine without an NVMe driver', () => {
    rmSync(join(sysfs.path, 'class/nvme'), { recursive: true });
    expect(discover()).to.deep.equal({ volumes: [], foreign: [] });
  });

  it('throws where sysfs is there and cannot be listed', () => {
    rmSync(join(sysfs.path, 'class/nvme'), { recursive: true });
    writeFileSync(join(sysfs.path, 'class/nvme'), '');
    expect(discover).to.throw(Error, join(sysfs.path, 'class/nvme')).with.property('code', 'ENOTDIR');
  });

  it("tells a controller's state in the kernel's words, as long as there is one", () => {
    sysfs.addController('nvme1');
    expect(controllerState(sysfs.path, 'nvme1')).to.equal('live');
    sysfs.setState('nvme1', 'resetting');
    expect(controllerState(sysfs.path, 'nvme1')).to.equal('resetting');
    expect(controllerState(sysfs.path, 'nvme10')).to.equal(undefined);
  });
});
