import { expect } from 'chai';
import { createAttachment } from '../../../receiver/nvme/attachment.ts';
import { createPointAttributes } from '../../../receiver/nvme/point-attributes.ts';
import { ebsVolume } from '../../fixtures/volumes.ts';

describe("a point's attributes", () => {
  const read = { 'disk.io.direction': 'read' };

  it("are its attachment's and its own", () => {
    const attachment = createAttachment(ebsVolume(1, 'vol-1'), 0, false);
    expect(createPointAttributes().of(attachment, read)).to.deep.equal({
      'aws.ebs.volume.id': 'vol-1',
      'system.device.name': 'nvme1n1',
      'disk.io.direction': 'read',
    });
  });

  it('are the same object at every reading, so that exporters can keep what they made of it', () => {
    const pointAttributes = createPointAttributes();
    const attachment = createAttachment(ebsVolume(1), 0, false);
    const write = { 'disk.io.direction': 'write' };
    const first = pointAttributes.of(attachment, read);
    expect(pointAttributes.of(attachment, write)).to.not.equal(first);
    expect(pointAttributes.of(attachment, read)).to.equal(first);
  });

  it('are another object for another attachment of the same volume', () => {
    const pointAttributes = createPointAttributes();
    const [before, after] = [1, 2].map((startMs) => createAttachment(ebsVolume(1), startMs, false));
    if (before === undefined || after === undefined) throw new Error('no attachments');
    expect(pointAttributes.of(after, read)).to.not.equal(pointAttributes.of(before, read));
  });

  it('say whose they are', () => {
    const pointAttributes = createPointAttributes();
    const attachment = createAttachment(ebsVolume(1), 0, false);
    expect(pointAttributes.attachmentOf(pointAttributes.of(attachment, read))).to.equal(attachment);
    expect(() => pointAttributes.attachmentOf(read)).to.throw('the attributes of no attachment');
  });
});
