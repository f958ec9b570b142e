import { expect } from 'chai';
import { lookOf } from '../../../../pipeline/cli/terminal/look.ts';
import { table, type Column } from '../../../../pipeline/cli/terminal/table.ts';
import { createFakeScreen } from '../fake-screen.ts';

const look = lookOf(createFakeScreen());
const columns: readonly Column[] = [
  { title: 'NAME' },
  { title: 'DETAIL', dropOrder: 1 },
  { title: 'VALUE', align: 'right', dropOrder: 2 },
  { title: 'NOTE' },
];
const rows = [
  ['one', 'something', '1', 'a'],
  ['eleven', 'else', '11,000', 'b\nand c'],
];

describe('a table', () => {
  it('lines up its columns, cells of several lines too', () => {
    expect(table(columns, rows, { look })).to.deep.equal([
      'NAME    DETAIL      VALUE  NOTE',
      'one     something       1  a',
      'eleven  else       11,000  b',
      '                           and c',
    ]);
  });

  it('moves closer together before it leaves out what must stay, and leaves out in order', () => {
    expect(table(columns, rows, { look, width: 31 })[0]).to.equal('NAME   DETAIL     VALUE NOTE');
    expect(table(columns, rows, { look, width: 27 })[0]).to.equal('NAME     VALUE  NOTE');
    expect(table(columns, rows, { look, width: 18 })[0]).to.equal('NAME    NOTE');
    expect(table(columns, rows, { look, width: 5 })[0]).to.equal('NAME   NOTE');
  });

  it('leaves out columns of the same order together', () => {
    const pairs: readonly Column[] = [
      { title: 'READ' },
      { title: 'P99', dropOrder: 1 },
      { title: 'WRITE' },
      { title: 'P99', dropOrder: 1 },
    ];
    expect(table(pairs, [], { look, width: 17 })).to.deep.equal(['READ  WRITE']);
  });

  it('is indented and keeps widths', () => {
    expect(
      table([{ title: 'A', minWidth: 4, align: 'right' }], [['1']], { look, indent: '  ' }),
    ).to.deep.equal(['     A', '     1']);
  });

  it('has no line of titles where there are none', () => {
    expect(table([{ title: '' }, { title: '' }], [['a', 'b']], { look })).to.deep.equal(['a  b']);
  });

  it('does not count colors as characters', () => {
    const colors = lookOf(createFakeScreen({ env: {} }));
    const cells = [
      [{ text: 'x', color: 'red' as const }, 'y'],
      ['long', 'z'],
    ];
    expect(table([{ title: '' }, { title: '' }], cells, { look: colors })).to.deep.equal([
      '\u001b[31mx\u001b[0m     y',
      'long  z',
    ]);
  });
});
