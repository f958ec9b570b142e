import { expect } from 'chai';
import { parseVolumeData, volumeIdIn } from '../../../receiver/kubelet/volume-data.ts';

/** As Kubernetes 1.31 wrote it. */
const written =
  '{"attachmentID":"csi-3ca0","driverName":"ebs.csi.aws.com","nodeName":"node-7","specVolID":"pvc-1","volumeHandle":"vol-0123456789abcdef0","volumeLifecycleMode":"Persistent"}';

describe('vol_data.json', () => {
  it('says which volume it is, of which PersistentVolume', () => {
    expect(parseVolumeData(written)).to.deep.equal({
      driver: 'ebs.csi.aws.com',
      handle: 'vol-0123456789abcdef0',
      persistentVolume: 'pvc-1',
      isEphemeral: false,
      nodeName: 'node-7',
    });
  });

  it('may be of a pod alone', () => {
    expect(parseVolumeData(written.replace('Persistent', 'Ephemeral'))).to.include({ isEphemeral: true });
  });

  it('says nothing before all of it is written', () => {
    for (let length = 0; length < written.length; length++) {
      expect(parseVolumeData(written.slice(0, length)), written.slice(0, length)).to.equal(undefined);
    }
  });

  for (const text of ['null', '[]', '7', '{}', '{"driverName":7,"volumeHandle":"x"}', '<html>']) {
    it(`says nothing where it is ${text}`, () => expect(parseVolumeData(text)).to.equal(undefined));
  }
});

describe('a volume handle', () => {
  const handles: Readonly<Record<string, string | undefined>> = {
    'vol-0123456789abcdef0': 'vol-0123456789abcdef0',
    'vol-01234567': 'vol-01234567',
    'aws://eu-central-1b/vol-0123456789abcdef0': 'vol-0123456789abcdef0',
    'kubernetes.io/csi/ebs.csi.aws.com^vol-0123456789abcdef0': 'vol-0123456789abcdef0',
    'fs-0123456789abcdef0': undefined,
    'my-vol-0123456789abcdef0': undefined,
    'vol-0123456789abcdef0:/data': undefined,
    '': undefined,
  };
  for (const [handle, id] of Object.entries(handles)) {
    it(`${JSON.stringify(handle)} is ${id ?? 'no EBS volume'}`, () =>
      expect(volumeIdIn(handle)).to.equal(id));
  }
});
