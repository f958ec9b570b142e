import { expect } from 'chai';
import { constants } from 'node:os';
import { readError, type ReadFailure } from '../../../receiver/nvme/read-error.ts';

const { errno } = constants;

function messageOf(
  failure: Partial<ReadFailure>,
  command: 'Get Log Page' | 'Identify' = 'Get Log Page',
): string {
  return readError(
    { verdict: 'systemError', step: 'command', code: 0, outstandingSeconds: 0, ...failure },
    { path: '/dev/nvme1n1', command, timeoutMs: 2000, deviceNumber: '259:3' },
  ).message;
}

describe('the message of a failed reading', () => {
  const messages: readonly [Partial<ReadFailure>, string][] = [
    [
      { step: 'command', code: errno.EACCES },
      'cannot read /dev/nvme1n1: permission denied (Get Log Page needs CAP_SYS_ADMIN)',
    ],
    [
      { step: 'open', code: errno.EPERM },
      'cannot read /dev/nvme1n1: operation not permitted (the device cgroup refuses: a container needs `privileged: true` or a device plugin)',
    ],
    [
      { step: 'open', code: errno.EACCES },
      'cannot read /dev/nvme1n1: permission denied (the device node is readable by root and its group only)',
    ],
    [
      { step: 'open', code: errno.ENOENT },
      'cannot read /dev/nvme1n1: no such device (detached, or /dev of the host is mounted elsewhere: see `dev_path`)',
    ],
    [{ step: 'command', code: errno.ENODEV }, 'cannot read /dev/nvme1n1: the device is gone (detached)'],
    [{ step: 'command', code: errno.ENOTTY }, 'cannot read /dev/nvme1n1: not an NVMe device'],
    [{ step: 'command', code: errno.EFAULT }, 'cannot read /dev/nvme1n1: Get Log Page failed (EFAULT)'],
    [{ step: 'command', code: 4095 }, 'cannot read /dev/nvme1n1: Get Log Page failed (errno 4095)'],
    [
      { step: 'startThread', code: errno.EAGAIN },
      'cannot read /dev/nvme1n1: no thread to ask it with (EAGAIN; raise the limit: `ulimit -u`, `pids.max`)',
    ],
    [
      { verdict: 'nvmeStatus', code: 0x4109 },
      'cannot read /dev/nvme1n1: the drive refused Get Log Page with NVMe status 0x4109 (Invalid Log Page)',
    ],
    [
      { verdict: 'nvmeStatus', code: 0x2109 },
      'cannot read /dev/nvme1n1: the drive refused Get Log Page with NVMe status 0x2109 (Invalid Log Page)',
    ],
    [
      { verdict: 'nvmeStatus', code: 0x7c0 },
      'cannot read /dev/nvme1n1: the drive refused Get Log Page with NVMe status 0x07c0',
    ],
    [
      { verdict: 'foreignDrive' },
      "cannot read /dev/nvme1n1: the drive itself says that it is not Amazon's, so it is not asked for statistics",
    ],
    [
      { verdict: 'readerEnded', code: 9 },
      'cannot read /dev/nvme1n1: the reader process ended (killed by SIGKILL); another one is started',
    ],
    [
      { verdict: 'readerEnded', code: ((42 << 16) | (77 << 8)) >>> 0 },
      'cannot read /dev/nvme1n1: the reader process ended (it made system call 41, which it may not); another one is started',
    ],
    [
      { verdict: 'readerEnded', code: 0 },
      'cannot read /dev/nvme1n1: the reader process is gone for good: restart the collector',
    ],
    [
      { verdict: 'readerEnded', code: 0xffff },
      'cannot read /dev/nvme1n1: the reader cannot be reached; it is asked again once it is back',
    ],
    [
      { verdict: 'readerSilent' },
      'cannot read /dev/nvme1n1: the reader process did not answer within 2000 ms',
    ],
    [
      { verdict: 'invalidMagic', code: 0xbeef },
      "cannot read /dev/nvme1n1: its log page 0xd0 begins with 0x0000beef, not with Amazon's magic",
    ],
    [
      { verdict: 'noAnswer', outstandingSeconds: 2 },
      'cannot read /dev/nvme1n1: no answer within 2000 ms (it is asked again once this command is over)',
    ],
    [
      { verdict: 'outstanding', outstandingSeconds: 12.34 },
      'cannot read /dev/nvme1n1: a command has been outstanding for 12.3 s (it is asked again once that is over)',
    ],
    [
      { verdict: 'outstanding', outstandingSeconds: 0.2504 },
      'cannot read /dev/nvme1n1: a command has been outstanding for 250 ms (it is asked again once that is over)',
    ],
    [
      { verdict: 'notAsked' },
      'cannot read /dev/nvme1n1: not asked within 2000 ms, because other devices did not answer (it is asked again with the next reading)',
    ],
    [
      { verdict: 'anotherDevice' },
      "cannot read /dev/nvme1n1: it is not the device that the kernel calls so (259:3): mount the host's /dev and set dev_path",
    ],
  ];
  for (const [failure, message] of messages) {
    it(message, () => expect(messageOf(failure)).to.equal(message));
  }

  it('does not send people after a capability that Identify does not need', () => {
    expect(messageOf({ code: errno.EACCES }, 'Identify')).to.equal(
      'cannot read /dev/nvme1n1: permission denied to send Identify',
    );
  });
});
