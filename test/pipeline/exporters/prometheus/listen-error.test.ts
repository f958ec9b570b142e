import { expect } from 'chai';
import { endpointText, listenError } from '../../../../pipeline/exporters/prometheus/listen-error.ts';

const setting = 'exporters.prometheus.endpoint';

describe('a server that cannot listen', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['EADDRINUSE', 'port_taken', 'the port is taken (another collector? set exporters.prometheus.endpoint)'],
    [
      'EACCES',
      'permission_denied',
      'permission denied (port 80 may need root; set exporters.prometheus.endpoint)',
    ],
    ['EADDRNOTAVAIL', 'bad_address', 'this machine has no such address (set exporters.prometheus.endpoint)'],
    ['ENOTFOUND', 'bad_address', 'node is no address and names none (set exporters.prometheus.endpoint)'],
    ['ENFILE', 'cannot_listen', 'ENFILE (see exporters.prometheus.endpoint)'],
  ];
  for (const [errno, code, reason] of cases) {
    it(`says of ${errno} what to do`, () => {
      const cause = Object.assign(new Error('listen'), { code: errno });
      const error = listenError(cause, { host: 'node', port: 80 }, setting);
      expect(error).to.include({ name: 'ListenError', code, message: `cannot listen on node:80: ${reason}` });
      expect(error.cause).to.equal(cause);
    });
  }

  it('writes IPv6 addresses in brackets', () =>
    expect(endpointText({ host: '::', port: 8090 })).to.equal('[::]:8090'));
});
