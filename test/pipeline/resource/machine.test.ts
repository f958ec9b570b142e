import { expect } from 'chai';
import { readFirmware, thisMachine } from '../../../pipeline/resource/machine.ts';

const nitro = {
  sys_vendor: 'Amazon EC2\n',
  board_asset_tag: 'i-0123456789abcdef0\n',
  product_name: 'm7i.2xlarge\n',
};
const firmware = (files: Readonly<Record<string, string>>) => readFirmware((file) => files[file]);

describe('the firmware of a machine', () => {
  it('of a Nitro instance holds its id and type', () => {
    expect(firmware(nitro)).to.deep.equal({ instanceId: 'i-0123456789abcdef0', instanceType: 'm7i.2xlarge' });
    expect(firmware({ ...nitro, product_name: 'u-6tb1.metal' })?.instanceType).to.equal('u-6tb1.metal');
  });

  it('of other machines says nothing', () => {
    expect(firmware({})).to.equal(undefined);
    expect(firmware({ ...nitro, sys_vendor: 'QEMU' })).to.equal(undefined);
    expect(firmware({ ...nitro, board_asset_tag: 'Not Specified' })).to.equal(undefined);
  });

  it('gives no type that is none', () => {
    expect(firmware({ ...nitro, product_name: 'HVM domU' })?.instanceType).to.equal(undefined);
  });
});

describe('this machine', () => {
  it('has a name and an architecture, without any /sys', () => {
    const machine = thisMachine('/nonexistent');
    expect(machine.hostName).not.to.equal('');
    expect(machine.arch).to.match(/^(amd64|arm64)$/);
    expect(machine.instance).to.equal(undefined);
  });
});
