import { expect } from 'chai';
import { parseUsersFile } from '../../../../../pipeline/exporters/prometheus/endpoint/users-file.ts';

const hash = `$2y$10$${'a'.repeat(53)}`;
const other = `$2b$04$${'b'.repeat(53)}`;

describe('a file of users', () => {
  it('has a user a line, and may have comments, empty lines and the line ends of Windows', () => {
    expect([...parseUsersFile(`# scrapers\r\n\r\nprometheus:${hash}\r\nmimir:${other}\n`)]).to.deep.equal([
      ['prometheus', hash],
      ['mimir', other],
    ]);
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ['nobody', '# nobody\n', 'there is no user in it'],
    ['a line without a colon', `prometheus\n`, 'line 1: expected name:hash'],
    ['a hash without a user', `:${hash}`, 'line 1: expected name:hash'],
    [
      'a hash of another kind, and says none of it',
      `a:${hash}\nb:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=`,
      'line 2, user b: expected a bcrypt hash, which begins with $2y$, $2b$ or $2a$',
    ],
    ['a user twice', `a:${hash}\na:${other}`, 'line 2: user a is there twice'],
  ];
  for (const [what, text, message] of wrong) {
    it(`may not have ${what}`, () => expect(() => parseUsersFile(text)).to.throw(message));
  }
});
