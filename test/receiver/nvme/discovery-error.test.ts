import { expect } from 'chai';
import { discoveryError } from '../../../receiver/nvme/discovery-error.ts';

const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: something, scandir '/sys/class/nvme'`), {
    code,
    path: '/sys/class/nvme',
  });

describe('why sysfs cannot be looked at', () => {
  it('is said with what to do', () => {
    expect(discoveryError(systemError('EMFILE')).message).to.equal(
      'cannot list /sys/class/nvme: too many open files (raise the limit: `ulimit -n`, `LimitNOFILE=`)',
    );
    expect(discoveryError(systemError('ENFILE')).message).to.include('fs.file-max');
    expect(discoveryError(systemError('EACCES')).message).to.include('permission denied');
    expect(discoveryError(systemError('ENOTDIR')).message).to.include('sys_path');
    expect(discoveryError(systemError('ENOMEM')).message).to.include('memory');
  });

  it('stays what it was where nothing better is known, and is kept as the cause', () => {
    const unknown = systemError('EIO');
    expect(discoveryError(unknown)).to.equal(unknown);
    const other = new Error('other');
    expect(discoveryError(other)).to.equal(other);
    expect(discoveryError('text').message).to.equal('text');
    const known = systemError('EMFILE');
    expect(discoveryError(known).cause).to.equal(known);
  });
});
