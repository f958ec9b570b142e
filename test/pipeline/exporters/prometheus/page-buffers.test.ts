import { expect } from 'chai';
import {
  createPageBuffers,
  type PageBuffer,
} from '../../../../pipeline/exporters/prometheus/page-buffers.ts';

const memoryOf = ({ bytes }: PageBuffer) => bytes.buffer;

describe('the memory of pages', () => {
  it('is two buffers that take turns', () => {
    const buffers = createPageBuffers();
    const pages = [100, 101, 100, 99, 102].map((size) => buffers.take(size));
    expect(pages.map(({ bytes }) => bytes.length)).to.deep.equal([100, 101, 100, 99, 102]);
    expect(new Set(pages.map(memoryOf)).size).to.equal(2);
    expect(memoryOf(pages[0]!)).not.to.equal(memoryOf(pages[1]!));
  });

  it('grows with the page, and shrinks with it', () => {
    const buffers = createPageBuffers();
    for (const size of [10, 1_000, 1_000, 10, 10]) {
      const { bytes } = buffers.take(size);
      expect(bytes.length).to.equal(size);
      expect(bytes.buffer.byteLength).to.be.at.most(size * 2.1);
    }
  });

  it('is not written over while somebody holds it', () => {
    const buffers = createPageBuffers();
    const first = buffers.take(100);
    const releases = [first.hold(), first.hold()];
    const later = [1, 2, 3, 4].map(() => buffers.take(100));
    expect(later.map(memoryOf)).not.to.include(memoryOf(first));
    releases[0]?.();
    expect(memoryOf(buffers.take(100))).not.to.equal(memoryOf(first));
  });

  it('is used again once nobody holds it, and counts a holder once', () => {
    const buffers = createPageBuffers();
    const first = buffers.take(100);
    const [one, other] = [first.hold(), first.hold()];
    buffers.take(100);
    one();
    one();
    expect(memoryOf(buffers.take(100))).not.to.equal(memoryOf(first));
    other();
    const later = [1, 2, 3].map(() => buffers.take(100));
    expect(new Set([...later.map(memoryOf), memoryOf(first)]).size).to.be.at.most(3);
  });

  it('cannot be held any more when it may have been written over', () => {
    const buffers = createPageBuffers();
    const page = buffers.take(10);
    buffers.take(10);
    expect(() => page.hold()).to.throw('this page is gone');
  });

  it('is taken back from those who hold the oldest pages, when it is too much', () => {
    const buffers = createPageBuffers(250);
    const told: number[] = [];
    const releases = [0, 1, 2, 3, 4].map((number) => buffers.take(100).hold(() => told.push(number)));
    expect(told, 'two that are not the newest are within the limit').to.deep.equal([0, 1]);
    buffers.take(100);
    expect(told).to.deep.equal([0, 1, 2]);
    releases.forEach((release) => release());
    for (let i = 0; i < 3; i++) buffers.take(100);
    expect(told).to.deep.equal([0, 1, 2]);
  });

  it('leaves one old page to those who hold it, however large', () => {
    const buffers = createPageBuffers(10);
    let told = 0;
    buffers.take(1_000).hold(() => (told += 1));
    buffers.take(1_000);
    buffers.take(1_000);
    expect(told).to.equal(0);
  });
});
