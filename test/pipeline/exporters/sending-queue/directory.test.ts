import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { prepareDirectory, queueDirectory } from '../../../../pipeline/exporters/sending-queue/directory.ts';
import { nodeFileSystem } from '../../../../pipeline/exporters/sending-queue/file-system.ts';

const self = process.geteuid?.() ?? 0;

describe("a queue's directory", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'queue-'))));
  afterEach(() => rm(folder, { recursive: true }));

  const refusal = (directory: string, userId = self): Promise<string> =>
    prepareDirectory(nodeFileSystem, directory, userId).then(
      () => 'it was taken',
      (error: Error) => error.message.replaceAll(folder, 'DIR'),
    );
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

  it('is one for each exporter', () => {
    expect(queueDirectory('/var/lib/x', 'otlphttp')).to.equal('/var/lib/x/otlphttp');
    expect(queueDirectory('/var/lib/x', 'otlphttp/a/../b')).to.equal('/var/lib/x/otlphttp%2Fa%2F..%2Fb');
  });

  it('is made for its owner only', async () => {
    const directory = join(folder, 'a', 'b');
    await prepareDirectory(nodeFileSystem, directory, self);
    expect(await modeOf(directory)).to.equal(0o700);
  });

  it('is closed to others where it was open', async () => {
    await chmod(folder, 0o755);
    await prepareDirectory(nodeFileSystem, folder, self);
    expect(await modeOf(folder)).to.equal(0o700);
  });

  it("is refused where it is somebody else's, with what to do", async () => {
    expect(await refusal(folder, self + 1)).to.equal(
      `cannot keep a queue in DIR: it belongs to user ${self}, and this process is user ${self + 1} (chown -R ${self + 1} DIR, or set another sending_queue.storage)`,
    );
  });

  it('is refused where this user may not make it, with what to do', async () => {
    const denied = () => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }));
    const refused = prepareDirectory(
      { ...nodeFileSystem, makeDirectory: denied },
      join(folder, 'storage', 'otlphttp'),
      65532,
    );
    expect(await refused.catch((error: Error) => error.message.replaceAll(folder, 'DIR'))).to.equal(
      'cannot keep a queue in DIR/storage/otlphttp: permission denied for user 65532 (mkdir -p DIR/storage && chown -R 65532 DIR/storage, or set sending_queue.storage to a directory that can be written to)',
    );
  });

  it('is refused where it is a file, a link or below one', async () => {
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'link'));
    expect(await refusal(join(folder, 'file'))).to.equal(
      'cannot keep a queue in DIR/file: a file of this name exists (set sending_queue.storage to a directory that can be written to)',
    );
    expect(await refusal(join(folder, 'link'))).to.equal(
      'cannot keep a queue in DIR/link: it is not a directory (move it away, or set another sending_queue.storage)',
    );
    expect(await refusal(join(folder, 'file', 'below'))).to.equal(
      'cannot keep a queue in DIR/file/below: a part of the path is not a directory (set sending_queue.storage to a directory that can be written to)',
    );
  });
});
