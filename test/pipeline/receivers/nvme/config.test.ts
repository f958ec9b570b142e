import { expect } from 'chai';
import { nvmeReceiverConfig } from '../../../../pipeline/receivers/nvme/config.ts';
import { parseWith } from '../../config/parsing.ts';

describe('the configuration of the receiver nvme', () => {
  it('has the defaults of the design', async () => {
    expect(await parseWith(nvmeReceiverConfig, '{}')).to.deep.equal({
      value: {
        collection_interval: 10_000,
        min_interval: 1000,
        read_timeout: 2000,
        dev_path: '/dev',
        sys_path: '/sys',
        devices: { include: ['*'], exclude: [] },
        instance_store: true,
        latency_histograms: true,
        io_size_histograms: false,
        simulate: 0,
      },
    });
  });

  it('keeps what makes no sense out', async () => {
    const text = 'min_interval: 20s\nread_timeout: 0s\ndev_path: dev\nsimulate: 513\ndevices: [nvme1n1]\n';
    expect(await parseWith(nvmeReceiverConfig, text)).to.deep.equal({
      problems: [
        'f.yaml:2:15: read_timeout: expected at least 10ms but received 0s',
        'f.yaml:3:11: dev_path: expected an absolute path but received "dev"',
        'f.yaml:5:10: devices: expected a map with the keys include, exclude but received a list',
        'f.yaml:4:11: simulate: expected at most 512 but received 513',
        'f.yaml:1:15: exporter x: min_interval is longer than collection_interval: pushes would repeat old readings; make it shorter or equal',
      ],
    });
  });
});
