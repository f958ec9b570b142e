import { expect } from 'chai';
import { validateCommand } from '../../../pipeline/cli/validate.ts';
import { goldenFiles } from '../../fixtures/golden-file.ts';
import { schemas } from '../config/sample-schemas.ts';
import { recordingIo } from './recording-io.ts';

const { goldenPath } = goldenFiles(new URL('../config/', import.meta.url));

describe('the command validate', () => {
  it('says that a configuration is right, and what goes where', async () => {
    const io = recordingIo();
    const sets = [
      'exporters.otlphttp/a.endpoint=http://localhost:4318',
      'processors.resource=',
      'service.pipelines.metrics/b={receivers: [nvme], exporters: [otlphttp/a]}',
    ];
    expect(await validateCommand({ sets, schemas }, io)).to.equal(0);
    expect(io.output()).to.deep.equal({
      stdout: [
        'default configuration: valid',
        '  metrics/b: nvme → otlphttp/a',
        '  metrics: nvme → resource → prometheus, otlphttp/a',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('warns of what has no effect', async () => {
    const io = recordingIo({ EBS_DEVICE: 'nvme1n1' });
    expect(await validateCommand({ sets: ['receivers.nvme.devices.include=[a]'], schemas }, io)).to.equal(0);
    expect(io.output().stderr).to.equal(
      'EBS_DEVICE: warning: ignored: receiver nvme says itself which devices to include\n',
    );
  });

  it('names every problem, counts them, and ends with 1', async () => {
    const io = recordingIo();
    const sets = ['exporters.prometheus.enpoint=:1', 'receivers.nvme.simulate=x', 'a'];
    expect(await validateCommand({ sets, schemas }, io)).to.equal(1);
    expect(io.output()).to.deep.equal({
      stdout: '',
      stderr: [
        '--set a: expected KEY=VALUE like receivers.nvme.min_interval=2s',
        '--set receivers.nvme.simulate: simulate: expected a whole number from 0 to 512 but received "x"',
        '--set exporters.prometheus.enpoint: unknown key "enpoint" in exporter prometheus: did you mean "endpoint"?',
        '3 problems',
        '',
      ].join('\n'),
    });
  });

  it('reads the file it is given', async () => {
    const io = recordingIo();
    expect(await validateCommand({ file: goldenPath('very-wrong.yaml').pathname, schemas }, io)).to.equal(1);
    expect(io.output().stderr).to.match(
      /very-wrong\.yaml:1:1: unknown key "recievers": did you mean "receivers"\?\n/,
    );
  });
});
