import { expect } from 'chai';
import { createAuthenticator } from '../../../../../pipeline/exporters/prometheus/endpoint/authenticator.ts';
import { parseTokensFile } from '../../../../../pipeline/exporters/prometheus/endpoint/tokens-file.ts';

const token = '0123456789abcdef0123456789abcdef';
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the authenticator', () => {
  const digests = parseTokensFile(token);
  const checked: string[] = [];
  const both = createAuthenticator({
    tokens: () => digests,
    checkPassword: async (name, password, group) => {
      checked.push(`${name} ${password} ${group}`);
      if (password === 'crowded') return 'too_many_attempts';
      return name === 'prometheus' && password === 'a:ü' ? 'right' : 'wrong';
    },
  });
  const tokensOnly = createAuthenticator({ tokens: () => digests });

  const headers: readonly (readonly [string | undefined, string])[] = [
    [`Bearer ${token}`, 'accepted'],
    [`bearer   ${token} `, 'accepted'],
    [basic('prometheus:a:ü'), 'accepted'],
    [basic('prometheus:crowded'), 'too_many_attempts'],
    [basic('prometheus:'), 'unauthorized'],
    [basic('prometheus'), 'unauthorized'],
    [basic('prometheus:a:ü\0'), 'unauthorized'],
    ['Basic !!!!', 'unauthorized'],
    ['Basic', 'unauthorized'],
    [undefined, 'unauthorized'],
    ['', 'unauthorized'],
    [token, 'unauthorized'],
    [`Bearer ${token}x`, 'unauthorized'],
    [`Bearer ${token} ${token}`, 'unauthorized'],
    [`Digest ${token}`, 'unauthorized'],
  ];
  for (const [header, outcome] of headers) {
    it(`says ${outcome} to ${header}`, async () =>
      expect(await both.authenticate(header, 'somebody')).to.equal(outcome));
  }

  it('passes on who asks', () => expect(checked).to.include('prometheus a:ü somebody'));

  it('says what it takes, and takes nothing else', async () => {
    const realm = 'realm="ebs-nvme-collector"';
    expect(both.challenges).to.deep.equal([`Basic ${realm}, charset="UTF-8"`, `Bearer ${realm}`]);
    expect(tokensOnly.challenges).to.deep.equal([`Bearer ${realm}`]);
    expect(await tokensOnly.authenticate(basic('prometheus:a:ü'), 'x')).to.equal('unauthorized');
    expect(await createAuthenticator({}).authenticate(`Bearer ${token}`, 'x')).to.equal('unauthorized');
  });
});
