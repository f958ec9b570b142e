import { expect } from 'chai';
import { privilegesText, type PrivilegeFacts } from '../../../pipeline/cli/privileges.ts';
import { goldenFiles } from '../../fixtures/golden-file.ts';
import { runInProcess } from './in-process.ts';

const { expectGolden } = goldenFiles(import.meta.url);

const facts: PrivilegeFacts = {
  separation: 'auto',
  decision: { type: 'separate', program: '/usr/lib/ebs-nvme-reader' },
  user: 0,
  mayReadDrives: true,
  mayLeaveGroups: true,
  devPath: '/host/dev',
  readerSocket: undefined,
};

describe('the command config --privileges', () => {
  it('tells two processes and their keeper apart', () => {
    expectGolden('privileges-separated.txt', privilegesText(facts));
  });

  it('tells the same of somebody who is not root and has the capability', () => {
    expectGolden('privileges-not-root.txt', privilegesText({ ...facts, user: 1000 }));
  });

  it('does not hide that groups which it cannot leave may open nodes', () => {
    expect(privilegesText({ ...facts, user: 1000, mayLeaveGroups: false })).to.include(
      'but nodes that are open to its groups it can read (it needs CAP_SETGID to leave them)',
    );
  });

  it('needs no reader for simulated volumes', () => {
    expect(privilegesText({ ...facts, devPath: undefined })).to.not.include('reader:');
  });

  it('says what one process may do', () => {
    const stays = { ...facts, decision: { type: 'stay' } } as const;
    const texts = [
      privilegesText({ ...stays, separation: 'never' }),
      privilegesText({ ...stays, user: 1000, mayReadDrives: false }),
      privilegesText({ ...stays, devPath: undefined, user: 1000, mayReadDrives: false }),
    ];
    expectGolden('privileges-together.txt', texts.join('\n---\n\n'));
  });

  it('says who reads the drives where that is somebody else, whatever this process was started with', () => {
    const elsewhere = { ...facts, readerSocket: '/run/ebs-nvme/reader.sock' };
    const texts = [
      privilegesText({ ...elsewhere, decision: { type: 'stay' }, user: 65532, mayReadDrives: false }),
      privilegesText(elsewhere),
    ];
    expectGolden('privileges-elsewhere.txt', texts.join('\n---\n\n'));
  });

  it('says why it is one process, and whether that is the end of it', () => {
    const decision = {
      type: 'stay',
      reason: 'the process has no CAP_SYS_ADMIN to give to a reader process',
    } as const;
    expect(privilegesText({ ...facts, decision })).to.match(
      /^service\.privilege\.separate is auto: run stays one process, because the process has no /,
    );
    expect(privilegesText({ ...facts, decision, separation: 'always' })).to.match(
      /always: run does not start, because /,
    );
  });

  it('is an answer about the configuration at hand', async () => {
    const { code, stdout } = await runInProcess(
      'config',
      '--privileges',
      '--set',
      'service.privilege.separate=never',
    );
    expect(code).to.equal(0);
    expect(stdout).to.match(/^service\.privilege\.separate is never: run stays one process\.\n\ncollector: /);
  });

  it('ends with 1 where the configuration is wrong', async () => {
    const { code, stderr } = await runInProcess(
      'config',
      '--privileges',
      '--set',
      'service.privilege.separate=perhaps',
    );
    expect(code).to.equal(1);
    expect(stderr).to.include('expected one of auto, always, never');
  });
});
