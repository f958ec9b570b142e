import { expect } from 'chai';
import { askForBuiltinModules } from '../../bundle/builtin-modules.ts';

describe("Node's modules in a file of the bundle", () => {
  it('are asked for, by the names that are used', () => {
    expect(askForBuiltinModules('import { dirname, join as join2 } from "node:path";')).to.equal(
      'const { dirname, join: join2 } = process.getBuiltinModule("node:path");',
    );
    expect(askForBuiltinModules('import {\n  request\n} from "https";')).to.equal(
      'const {\n  request\n} = process.getBuiltinModule("node:https");',
    );
  });

  it('are asked for as a whole', () => {
    expect(askForBuiltinModules('import * as fs from "fs/promises";')).to.equal(
      'const fs = process.getBuiltinModule("node:fs/promises");',
    );
    expect(askForBuiltinModules('import os from "node:os";')).to.equal(
      'const os = process.getBuiltinModule("node:os");',
    );
  });

  for (const text of [
    'import { commands } from "./chunk-GK3RFWZZ.js";',
    'import { load } from "js-yaml";',
    'const text = `import { join } from "node:path";`;',
    'const module = import("node:http");',
  ]) {
    it(`are not in ${text}`, () => {
      expect(askForBuiltinModules(text)).to.equal(text);
    });
  }
});
