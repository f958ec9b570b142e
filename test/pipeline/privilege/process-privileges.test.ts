import { expect } from 'chai';
import {
  mayLeaveGroups,
  mayReadDrives,
  parsePrivileges,
} from '../../../pipeline/privilege/process-privileges.ts';

const everybody = '         0          0 4294967295\n';
const status = (user: number, capabilities: string) =>
  `Name:\tnode\nUid:\t7\t${user}\t${user}\t${user}\nCapPrm:\t000001ffffffffff\nCapEff:\t${capabilities}\nCapBnd:\t0\n`;

describe('the privileges of a process', () => {
  it('are read from what the kernel says', () => {
    expect(parsePrivileges(status(1000, '0000000000200000'), everybody)).to.deep.equal({
      user: 1000,
      capabilities: 0x200000n,
      inInitialUserNamespace: true,
    });
  });

  it('let it read drives with CAP_SYS_ADMIN in the initial user namespace, whoever it is', () => {
    expect(mayReadDrives(parsePrivileges(status(0, '000001ffffffffff'), everybody))).to.equal(true);
    expect(mayReadDrives(parsePrivileges(status(1000, '0000000000200000'), everybody))).to.equal(true);
    expect(mayReadDrives(parsePrivileges(status(0, '00000000a80425fb'), everybody))).to.equal(false);
    expect(mayReadDrives(parsePrivileges(status(0, '000001ffffffffff'), '0 1000 1\n'))).to.equal(false);
  });

  it('let it leave its groups with CAP_SETGID', () => {
    expect(mayLeaveGroups(parsePrivileges(status(1000, '0000000000200040'), everybody))).to.equal(true);
    expect(mayLeaveGroups(parsePrivileges(status(1000, '0000000000200000'), everybody))).to.equal(false);
  });
});
