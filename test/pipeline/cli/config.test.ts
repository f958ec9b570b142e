import { expect } from 'chai';
import { configCommand } from '../../../pipeline/cli/config.ts';
import { loadConfig } from '../../../pipeline/config/load.ts';
import { goldenFiles } from '../../fixtures/golden-file.ts';
import { schemas } from '../config/sample-schemas.ts';
import { recordingIo } from './recording-io.ts';

const { expectGolden } = goldenFiles(import.meta.url);

const env = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:topsecret@otlp.example.com',
  OTEL_EXPORTER_OTLP_HEADERS: 'api-key=topsecret',
};

describe('the command config', () => {
  it('prints the configuration with its defaults and without its secrets', async () => {
    const io = recordingIo(env);
    expect(await configCommand({ sets: ['exporters.prometheus.naming=[ebs, otel]'], schemas }, io)).to.equal(
      0,
    );
    expect(io.output().stdout).to.not.include('topsecret');
    expectGolden('effective.yaml', io.output().stdout);
  });

  it('prints what can be read again, and is the same then', async () => {
    const io = recordingIo();
    await configCommand(
      { sets: ['service.telemetry.resource={team: "$$5 ${env:X:-}", x: "yes"}'], schemas },
      io,
    );
    const text = io.output().stdout;
    const again = await loadConfig({ text, env: {}, isTerminal: false, schemas });
    const first = await loadConfig({
      sets: ['service.telemetry.resource={team: "$$5 ", x: "yes"}'],
      env: {},
      isTerminal: false,
      schemas,
    });
    expect(again.ok && again.config).to.deep.equal(first.ok && first.config);
  });

  it('prints JSON when asked', async () => {
    const io = recordingIo(env);
    expect(await configCommand({ json: true, schemas }, io)).to.equal(0);
    expect(JSON.parse(io.output().stdout)).to.have.nested.property(
      'exporters.otlphttp.headers.api-key',
      '****',
    );
  });

  it('ends with 1 where the configuration is wrong', async () => {
    const io = recordingIo();
    expect(await configCommand({ sets: ['x.y=1'], schemas }, io)).to.equal(1);
    expect(io.output()).to.deep.equal({
      stdout: '',
      stderr: '--set x.y: unknown key "x"; known: receivers, processors, exporters, service\n1 problem\n',
    });
  });
});
