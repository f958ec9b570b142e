import { expect } from 'chai';
import { defaultsOf } from '../../../../pipeline/config/schemas/object.ts';
import { prometheusSchema } from '../../../../pipeline/exporters/prometheus/config.ts';
import { parseWith } from '../../config/parsing.ts';

describe("the Prometheus exporter's configuration", () => {
  it('listens on port 8090 of all addresses, by the names of the EBS exporter, unless told otherwise', async () => {
    const parsed = await parseWith(prometheusSchema, '{}');
    expect(parsed).to.deep.equal({ value: defaultsOf(prometheusSchema) });
    expect(parsed).to.deep.nested.include({
      'value.endpoint': { host: '0.0.0.0', port: 8090 },
      'value.naming': ['ebs'],
    });
  });

  it('takes an address and any namings', async () => {
    const text = 'endpoint: "[::1]:0"\nnaming: [otel, aws_ebs_csi, ebs]';
    expect(await parseWith(prometheusSchema, text)).to.deep.nested.include({
      'value.endpoint': { host: '::1', port: 0 },
      'value.naming': ['otel', 'aws_ebs_csi', 'ebs'],
    });
  });

  it('refuses a naming that there is not, and says which there are', async () => {
    const parsed = await parseWith(prometheusSchema, 'naming: [csi]');
    expect(parsed).to.have.property('problems').with.lengthOf(1);
    expect(JSON.stringify(parsed)).to.match(/f\.yaml:1:10.*ebs, otel.*aws_ebs_csi/);
  });

  it('refuses an empty list of namings: the page would have none of the names that were asked for', async () => {
    expect(await parseWith(prometheusSchema, 'naming: []')).to.deep.equal({
      problems: [
        'f.yaml:1:9: naming: expected one or more of ebs, otel, aws_ebs_csi, kubelet, pv_disk_usage but received an empty list',
      ],
    });
  });
});
