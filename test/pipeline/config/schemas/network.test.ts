import { expect } from 'chai';
import { hostPort, httpUrl } from '../../../../pipeline/config/schema.ts';
import { parseWith } from '../parsing.ts';

describe('where to listen', () => {
  for (const [text, value] of [
    ['0.0.0.0:8090', { host: '0.0.0.0', port: 8090 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['":8090"', { host: '', port: 8090 }],
    ['"[::1]:8090"', { host: '::1', port: 8090 }],
    ['"[fe80::1%eth0]:80"', { host: 'fe80::1%eth0', port: 80 }],
  ] as const) {
    it(`can be ${text}, and is printed so`, async () => {
      expect(await parseWith(hostPort(), text)).to.deep.equal({ value });
      expect(hostPort().show(value)).to.equal(text.replaceAll('"', ''));
    });
  }

  for (const text of [
    '8090',
    'localhost',
    '::1:8090',
    'localhost:65536',
    'localhost:http',
    'http://localhost:8090',
  ]) {
    it(`cannot be ${text}`, async () => {
      expect(await parseWith(hostPort(), `"${text}"`)).to.deep.equal({
        problems: [
          `f.yaml:1:1: exporter x: expected a host and a port like 0.0.0.0:8090 or [::1]:8090 but received "${text}"`,
        ],
      });
    });
  }
});

describe('where to send', () => {
  it('is an http or https URL, as written', async () => {
    const value = 'https://otlp.example.com/base/';
    expect(await parseWith(httpUrl(), value)).to.deep.equal({ value });
  });

  it('needs a scheme, and says which', async () => {
    const expected = 'expected an http or https URL like https://otlp.example.com:4318';
    expect(await parseWith(httpUrl(), 'localhost:4318')).to.deep.equal({
      problems: [
        `f.yaml:1:1: exporter x: ${expected} but received "localhost:4318": did you mean http://localhost:4318?`,
      ],
    });
    expect(await parseWith(httpUrl(), 'ftp://example.com')).to.deep.equal({
      problems: [`f.yaml:1:1: exporter x: ${expected} but received "ftp://example.com"`],
    });
  });

  it('is printed without its password', () => {
    expect(httpUrl().show('https://me:secret@example.com/a@b')).to.equal('https://****@example.com/a@b');
    expect(httpUrl().show('https://example.com:4318/a@b')).to.equal('https://example.com:4318/a@b');
  });

  it('is not repeated in a message where it may hold a password', async () => {
    const outcome = await parseWith(httpUrl(), 'https://me:secret@exa mple.com');
    expect(JSON.stringify(outcome)).to.include('problems').and.not.include('secret');
  });
});
