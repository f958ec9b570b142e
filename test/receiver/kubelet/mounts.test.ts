import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseMountinfo } from '../../../receiver/kubelet/mounts.ts';

const all = () => true;

describe('mountinfo', () => {
  const lines = [
    '22 1 259:1 / / rw,relatime shared:1 - xfs /dev/nvme0n1p1 rw,attr2',
    '901 22 259:3 / /var/lib/kubelet/pods/a/volumes/kubernetes.io~csi/pvc-1/mount rw shared:301 master:7 - ext4 /dev/nvme1n1 rw',
    '902 22 0:54 / /mnt/with\\040blank\\134 rw - nfs4 10.0.0.7:/a\\040b rw',
    '903 22 0:55 / /mnt/twice rw - tmpfs tmpfs rw',
    '904 903 0:56 / /mnt/twice rw - ext4 /dev/nvme2n1 rw',
  ].join('\n');

  it('says what is mounted where, and what that is', () => {
    const mounts = parseMountinfo(lines, (mountPoint) => mountPoint.startsWith('/var/lib/kubelet/pods/'));
    const mountPoint = '/var/lib/kubelet/pods/a/volumes/kubernetes.io~csi/pvc-1/mount';
    expect([...mounts]).to.deep.equal([
      [mountPoint, { id: 901, mountPoint, fileSystem: 'ext4', source: '/dev/nvme1n1' }],
    ]);
  });

  it('writes blanks in octal', () => {
    expect(parseMountinfo(lines, all).get('/mnt/with blank\\')).to.include({ source: '10.0.0.7:/a b' });
  });

  it('lists what is on top last', () => {
    expect(parseMountinfo(lines, all).get('/mnt/twice')).to.include({ id: 904, fileSystem: 'ext4' });
  });

  it('is understood as this kernel writes it', () => {
    const mounts = parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'), all);
    expect(mounts.get('/proc')).to.include({ fileSystem: 'proc' });
  });
});
