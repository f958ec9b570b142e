import { expect } from 'chai';
import { prometheusSchema } from '../../../../../pipeline/exporters/prometheus/config.ts';
import { parseWith } from '../../../config/parsing.ts';

const hash = `$2y$10$${'a'.repeat(53)}`;

async function problemsOf(text: string): Promise<readonly string[]> {
  const parsed = await parseWith(prometheusSchema, text);
  return 'problems' in parsed ? parsed.problems : [];
}

describe("the configuration of the endpoint's security", () => {
  it('takes certificates, users and tokens', async () => {
    const text = `tls: { cert_file: a, key_file: b, client_ca_file: c, min_version: 1.3, reload_interval: 1m }
auth: { basic_users: { prometheus: ${hash} }, bearer_token_file: t }`;
    expect(await parseWith(prometheusSchema, text)).to.deep.nested.include({
      'value.tls': {
        cert_file: 'a',
        key_file: 'b',
        client_ca_file: 'c',
        min_version: '1.3',
        reload_interval: 60_000,
      },
      'value.auth': {
        basic_users: { prometheus: hash },
        basic_users_file: undefined,
        bearer_token_file: 't',
        reload_interval: 10_000,
      },
    });
  });

  it('shows who may ask, and no hash', async () => {
    const parsed = await parseWith(prometheusSchema, `auth: { basic_users: { prometheus: ${hash} } }`);
    const shown = 'value' in parsed ? prometheusSchema.show(parsed.value) : undefined;
    expect(shown).to.deep.nested.include({ 'auth.basic_users': { prometheus: '****' } });
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['a certificate without its key', 'tls: { cert_file: a }', /key_file is missing: .* go together/],
    ['a key without its certificate', 'tls: { key_file: a }', /cert_file is missing/],
    ['authorities of clients without TLS', 'tls: { client_ca_file: a }', /client certificates need TLS/],
    ['a version of TLS that is broken', 'tls: { min_version: 1.1 }', /expected one of 1\.2, 1\.3/],
    ['a password for a hash', 'auth: { basic_users: { a: s3cret } }', /expected a bcrypt hash/],
    [
      'a hash that costs seconds',
      `auth: { basic_users: { a: ${hash.replace('$10$', '$15$')} } }`,
      /cost 4 to 14 but its cost is 15/,
    ],
    [
      'a name that ends early',
      `auth: { basic_users: { "a:b": ${hash} } }`,
      /"a:b" cannot be the name of a user/,
    ],
    ["the Collector's way to name users", 'auth: { authenticator: basicauth }', /write users or tokens here/],
    ["Prometheus' way to name users", 'auth: { basic_auth_users: {} }', /it is called basic_users here/],
  ];
  for (const [what, text, message] of wrong) {
    it(`refuses ${what}`, async () => {
      const problems = await problemsOf(text);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(message).and.not.to.contain('s3cret');
    });
  }
});
