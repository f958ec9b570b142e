import { mkdirSync, mkdtempSync, lstatSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { listFolder } from '../../../receiver/nvme/native.ts';

describe('the listing of a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has each name with the number of its own inode', () => {
    writeFileSync(join(folder, 'a file with spaces'), '');
    mkdirSync(join(folder, 'cciss!c0d0'));
    symlinkSync('../nowhere', join(folder, 'nvme1'));
    const names = ['a file with spaces', 'cciss!c0d0', 'nvme1'];
    const lines = names.map((name) => `${lstatSync(join(folder, name)).ino} ${name}`);
    expect(listFolder(folder).split('\n')).to.have.members([...lines, '']);
  });

  it('is another one when what is in it is', () => {
    symlinkSync('there', join(folder, 'nvme1'));
    const before = listFolder(folder);
    expect(listFolder(folder)).to.equal(before);
    symlinkSync('there', join(folder, 'nvme2'));
    rmSync(join(folder, 'nvme1'));
    expect(listFolder(folder)).to.not.equal(before);
  });

  it('is empty where there is none', () => {
    expect(listFolder(join(folder, 'missing'))).to.equal('');
  });

  it('cannot be had of a file, which is said as node:fs does', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(() => listFolder(path))
      .to.throw(Error, `ENOTDIR: not a directory, scandir '${path}'`)
      .that.includes({ code: 'ENOTDIR', syscall: 'scandir', path });
  });
});
