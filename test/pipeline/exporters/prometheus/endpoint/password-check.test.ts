import { compare as bcrypt, hash as bcryptHash } from 'bcryptjs';
import { expect } from 'chai';
import { createPasswordCheck } from '../../../../../pipeline/exporters/prometheus/endpoint/password-check.ts';
import type { VerificationQueue } from '../../../../../pipeline/exporters/prometheus/endpoint/verification-queue.ts';

const cheap = 4;
const open: VerificationQueue = { verify: (_group, verification) => verification() };
const full: VerificationQueue = { verify: () => undefined };

describe('the check of passwords', () => {
  async function checkOf(passwords: Readonly<Record<string, string>>, queue = open) {
    const users = new Map<string, string>();
    for (const [name, password] of Object.entries(passwords))
      users.set(name, await bcryptHash(password, cheap));
    const compared: string[] = [];
    const check = createPasswordCheck({
      users: () => users,
      queue,
      compare: (password, hash) => {
        compared.push(hash);
        return bcrypt(password, hash);
      },
    });
    return { users, compared, check: (name: string, password: string) => check(name, password, 'somebody') };
  }

  it('knows right from wrong', async () => {
    const { check } = await checkOf({ prometheus: 's3cret', mimir: 'another' });
    expect(await check('prometheus', 's3cret')).to.equal('right');
    expect(await check('mimir', 'another')).to.equal('right');
    for (const [name, password] of [
      ['prometheus', 'another'],
      ['prometheus', 'S3cret'],
      ['prometheus', ''],
      ['Prometheus', 's3cret'],
      ['', 's3cret'],
      ['__proto__', 's3cret'],
    ] as const) {
      expect(await check(name, password), `${name}:${password}`).to.equal('wrong');
    }
  });

  it('takes the hashes that htpasswd makes', async () => {
    const { check, users } = await checkOf({});
    // `htpasswd -nbBC 4 prometheus s3cret`, apache2-utils 2.4.
    users.set('prometheus', '$2y$04$GEU9TKE0xCryPzaMHepgJ.WVwunmIw7eDIXBt.SnupTNeBN7ECWeC');
    expect(await check('prometheus', 's3cret')).to.equal('right');
    expect(await check('prometheus', 's3cret!')).to.equal('wrong');
  });

  it('works once for a password that was right, and each time for one that was wrong', async () => {
    const { check, compared } = await checkOf({ prometheus: 's3cret' });
    for (let scrape = 0; scrape < 5; scrape++) expect(await check('prometheus', 's3cret')).to.equal('right');
    expect(compared).to.have.length(1);
    for (let attempt = 0; attempt < 3; attempt++)
      expect(await check('prometheus', 'guess')).to.equal('wrong');
    expect(compared).to.have.length(4);
  });

  it('forgets a password when its hash goes', async () => {
    const { check, users } = await checkOf({ prometheus: 's3cret' });
    expect(await check('prometheus', 's3cret')).to.equal('right');
    users.set('prometheus', await bcryptHash('another', cheap));
    expect(await check('prometheus', 's3cret')).to.equal('wrong');
    users.delete('prometheus');
    expect(await check('prometheus', 's3cret')).to.equal('wrong');
  });

  it("works as hard for a user that there is not, and lets that one in with nobody else's password", async () => {
    const { check, compared, users } = await checkOf({ prometheus: 's3cret' });
    expect(await check('nobody', 's3cret')).to.equal('wrong');
    expect(compared).to.deep.equal([users.get('prometheus')]);
    expect(await check('nobody', 's3cret')).to.equal('wrong');
    expect(compared).to.have.length(2);
  });

  it('does not tell by the cost of a hash which users there are', async () => {
    const { check, compared, users } = await checkOf({ cheap: 's3cret' });
    users.set('dear', await bcryptHash('another', cheap + 1));
    const strangers = Array.from({ length: 40 }, (_, number) => `nobody-${number}`);
    for (const stranger of [...strangers, ...strangers]) await check(stranger, 'guess');
    expect(new Set(compared)).to.deep.equal(new Set(users.values()));
    expect(compared.slice(0, 40)).to.deep.equal(compared.slice(40));
  });

  it('refuses what is longer than bcrypt looks at: other passwords would be right too', async () => {
    const { check, compared } = await checkOf({ prometheus: 'x'.repeat(72) });
    expect(await check('prometheus', 'x'.repeat(73))).to.equal('wrong');
    expect(compared).to.deep.equal([]);
    expect(await check('prometheus', 'x'.repeat(72))).to.equal('right');
  });

  it('says so where there is no place in the queue', async () => {
    const { check } = await checkOf({ prometheus: 's3cret' }, full);
    expect(await check('prometheus', 's3cret')).to.equal('too_many_attempts');
  });
});
