import { expect } from 'chai';
import { loaded, problems } from './loading.ts';

describe('service.privilege.reader_socket', () => {
  const configured = (path: string): string => `service: { privilege: { reader_socket: ${path} } }`;

  it('is nowhere by default', async () => {
    expect((await loaded()).config.service.privilege.reader_socket).to.equal(undefined);
  });

  it('is an absolute path that the address of a socket has room for', async () => {
    const longest = `/${'x'.repeat(106)}`;
    const { config } = await loaded({ text: configured(longest) });
    expect(config.service.privilege.reader_socket).to.equal(longest);
    for (const path of ['reader.sock', `${longest}x`, `/${'ä'.repeat(54)}`]) {
      const [problem] = await problems({ text: configured(path) });
      expect(problem, path).to.include('expected an absolute path of at most 107 bytes');
    }
  });
});
