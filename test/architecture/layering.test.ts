import { expect } from 'chai';
import { importsOf, loadedBy, projectFiles, textOf, type Import } from './source-tree.ts';

/** Data goes one way: device, native, receiver, processors, exporters. */

const imports = projectFiles(/^(?:receiver|pipeline)\/.*\.ts$/).flatMap(importsOf);
/** Folders beside them are shared by several: a queue, for whoever pushes. */
const folderPattern = /^pipeline\/(?:receivers|processors|exporters)\/[^/]+\//;
const components = new Set(
  projectFiles(/^pipeline\/.*\/(?:receiver|processor|exporter)\.ts$/).map(
    (path) => folderPattern.exec(path)?.[0],
  ),
);
const componentOf = (path: string) => {
  const [folder] = folderPattern.exec(path) ?? [];
  return components.has(folder) ? folder : undefined;
};
const sentence = ({ from, to }: Import) => `${from} imports ${to}`;

function violations(broken: (edge: Import) => boolean): string[] {
  return imports.filter(broken).map(sentence);
}

describe('layering', () => {
  it('sees the imports it judges', () => {
    expect(imports.length).to.be.greaterThan(100);
    expect(imports.filter(({ typeOnly }) => typeOnly)).not.to.be.empty;
    expect(imports.filter(({ from }) => from === 'pipeline/components.ts')).not.to.be.empty;
    expect([...components]).to.include.members([
      'pipeline/receivers/nvme/',
      'pipeline/processors/filter/',
      'pipeline/exporters/otlphttp/',
      'pipeline/exporters/prometheus/',
    ]);
  });

  it('the receiver knows nothing of the pipeline', () => {
    expect(
      violations(({ from, to }) => from.startsWith('receiver/') && !to.startsWith('receiver/')),
    ).to.deep.equal([]);
  });

  it('the product takes nothing from tests, documents or deployments', () => {
    expect(violations(({ to }) => !/^(?:receiver|pipeline)\//.test(to))).to.deep.equal([]);
  });

  it('no component knows another', () => {
    const fromOther = ({ from, to }: Import) =>
      componentOf(from) !== undefined &&
      componentOf(to) !== undefined &&
      componentOf(from) !== componentOf(to);
    expect(violations(fromOther)).to.deep.equal([]);
  });

  it('only the registry makes processors and exporters', () => {
    const makes = ({ from, to }: Import) =>
      /\/(?:processor|exporter)\.ts$/.test(to) &&
      componentOf(to) !== undefined &&
      componentOf(from) === undefined &&
      from !== 'pipeline/components.ts';
    expect(violations(makes)).to.deep.equal([]);
  });

  it('configuration knows no component', () => {
    const knows = ({ from, to }: Import) =>
      from.startsWith('pipeline/config/') && (componentOf(to) !== undefined || to.startsWith('receiver/'));
    expect(violations(knows)).to.deep.equal([]);
  });

  it('processors and exporters load nothing that reaches a device', () => {
    // The addon reaches them, too. What is called of it, the next test says.
    const reachesDevice =
      /^receiver\/nvme\/(?:native.*|discovery|machine-source|reader-process|receiver|simulate\/.*)\.ts$/;
    const loaded = projectFiles(/^pipeline\/(?:processors|exporters)\/.*\.ts$/).flatMap((from) =>
      [...loadedBy(from)].filter((to) => reachesDevice.test(to)).map((to) => `${from} loads ${to}`),
    );
    expect(loaded).to.deep.equal([]);
  });

  it('the addon is called in five places, and each of its functions in one of them', () => {
    const callers = imports.filter(({ to, typeOnly }) => to === 'receiver/native-addon.ts' && !typeOnly);
    const calledBy = (path: string) =>
      new Set([...textOf(path).matchAll(/addon(?:\(\))?\??\.(\w+)\(/gi)].map(([, name]) => name));
    expect(new Map(callers.map(({ from }) => [from, calledBy(from)]))).to.deep.equal(
      new Map([
        ['pipeline/cli/end-process.ts', new Set(['exitProcess'])],
        [
          'pipeline/exporters/prometheus/page-text.ts',
          new Set(['createPageText', 'measurePage', 'writePage']),
        ],
        [
          'receiver/nvme/native.ts',
          new Set(['decodeStatistics', 'identify', 'listFolder', 'prepareReading', 'readStatistics']),
        ],
        ['receiver/nvme/reader-process.ts', new Set(['connectReader', 'listDevices', 'replaceProcess'])],
        ['receiver/volume-usage/file-systems.ts', new Set(['readFileSystem'])],
      ]),
    );
  });
});
