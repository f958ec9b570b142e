import { expect } from 'chai';
import { namedPaths } from '../../../pipeline/privilege/named-paths.ts';
import { configure, withPipeline } from '../configured.ts';

describe('the paths that a configuration names', () => {
  it('are certificates, keys and tokens, and where queues are kept', async () => {
    const config = await withPipeline(
      '{simulate: 1}',
      `prometheus: {tls: {cert_file: /tls/server.crt, key_file: /tls/server.key}},
       otlphttp: {endpoint: "https://localhost:1", tls: {ca_file: /tls/ca.crt}},
       otlphttp/kept: {endpoint: "http://localhost:1", sending_queue: {storage: /var/lib/queue}}`,
      'prometheus, otlphttp, otlphttp/kept',
    );
    const { files, folders } = namedPaths(config);
    expect(files).to.have.members(['/tls/server.crt', '/tls/server.key', '/tls/ca.crt']);
    expect(folders).to.deep.equal(['/var/lib/queue/otlphttp%2Fkept']);
  });

  it('are a kubeconfig too', async () => {
    const config = await configure(`
receivers: {nvme: {simulate: 1}}
processors: {kubernetes: {api: {kubeconfig: /etc/kubeconfig}}}
exporters: {prometheus: {}}
service: {pipelines: {metrics: {receivers: [nvme], processors: [kubernetes], exporters: [prometheus]}}}`);
    expect(namedPaths(config)).to.deep.equal({ files: ['/etc/kubeconfig'], folders: [] });
  });

  it('are none where it names none', async () => {
    const config = await withPipeline('{simulate: 1}', 'prometheus: {}', 'prometheus');
    expect(namedPaths(config)).to.deep.equal({ files: [], folders: [] });
  });
});
