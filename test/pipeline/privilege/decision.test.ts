import { expect } from 'chai';
import { decide, type Circumstances } from '../../../pipeline/privilege/decision.ts';

const root = { user: 0, capabilities: 0x1ffffffffffn, inInitialUserNamespace: true };
const nobody = { user: 1000, capabilities: 0n, inInitialUserNamespace: true };
const circumstances: Circumstances = {
  separation: 'auto',
  privileges: root,
  program: { path: '/usr/lib/ebs-nvme-reader' },
  files: ['/usr/bin/node'],
  folders: [],
  configuration: '/etc/collector.yaml',
  inspect: () => ({ mode: 0o755, owner: 0, group: 0, isFile: true }),
};
const separate = { type: 'separate', program: '/usr/lib/ebs-nvme-reader' };

describe('whether to separate privileges', () => {
  it('is yes where there are some, unless the configuration says never', () => {
    expect(decide(circumstances)).to.deep.equal(separate);
    expect(decide({ ...circumstances, separation: 'always' })).to.deep.equal(separate);
    expect(decide({ ...circumstances, separation: 'never' })).to.deep.equal({ type: 'stay' });
  });

  it('is no question without privileges, unless it is to be always', () => {
    expect(decide({ ...circumstances, privileges: nobody })).to.deep.equal({ type: 'stay' });
    expect(decide({ ...circumstances, privileges: nobody, separation: 'always' })).to.deep.equal({
      type: 'stay',
      reason: 'the process has no CAP_SYS_ADMIN to give to a reader process',
    });
  });

  it('is no, with the reason, where the reader is not installed', () => {
    const program = { missing: "the reader's program is missing" };
    expect(decide({ ...circumstances, program })).to.deep.equal({ type: 'stay', reason: program.missing });
  });

  it('is no, with the reason, where the other user could not read what the collector reads', () => {
    const inspect = (path: string) => ({
      mode: path === '/etc/collector.yaml' ? 0o600 : 0o755,
      owner: 0,
      group: 0,
      isFile: true,
    });
    expect(decide({ ...circumstances, inspect })).to.deep.equal({
      type: 'stay',
      reason: 'user 65532, whom the collector becomes, cannot read /etc/collector.yaml',
    });
    expect(decide({ ...circumstances, inspect, configuration: undefined })).to.deep.equal(separate);
    // Who is not root stays who he is.
    expect(decide({ ...circumstances, inspect, privileges: { ...root, user: 1000 } })).to.deep.equal(
      separate,
    );
  });

  it('is no, with the reason, where the other user could not keep a queue', () => {
    const folders = ['/var/lib/queue/otlphttp'];
    expect(decide({ ...circumstances, folders })).to.deep.equal({
      type: 'stay',
      reason:
        'user 65532, whom the collector becomes, cannot keep a queue in /var/lib/queue/otlphttp: it may not write to /var/lib/queue/otlphttp (mkdir -p /var/lib/queue && chown -R 65532 /var/lib/queue)',
    });
    expect(decide({ ...circumstances, folders, privileges: { ...root, user: 1000 } })).to.deep.equal(
      separate,
    );
  });

  it('is no, with the reason, where the configuration can be read only once', () => {
    const inspect = () => ({ mode: 0o644, owner: 0, group: 0, isFile: false });
    expect(decide({ ...circumstances, configuration: '/dev/stdin', inspect })).to.deep.equal({
      type: 'stay',
      reason: '/dev/stdin is no regular file, and can be read only once',
    });
  });
});
