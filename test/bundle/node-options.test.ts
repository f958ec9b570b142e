import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { firstLine, nodeOptions } from '../../bundle/node-options.ts';

describe("the program's first line", () => {
  it('starts Node with its options', () => {
    expect(firstLine()).to.equal(`#!/usr/bin/env -S node ${nodeOptions.join(' ')}`);
  });

  it('is short enough for every kernel', () => {
    expect(firstLine().length).to.be.at.most(127);
  });

  it('holds what this Node knows', () => {
    const { status, stderr } = spawnSync(process.execPath, [...nodeOptions, '--eval', '0']);
    expect(stderr.toString()).to.equal('');
    expect(status).to.equal(0);
  });
});
