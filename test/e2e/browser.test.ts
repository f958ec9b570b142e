import { expect } from 'chai';
import { startChromium, type Chromium } from '../fixtures/chromium.ts';
import { startCollector, type Collector } from '../fixtures/collector.ts';
import { ebsDrive, ebsId, startNode, type TestNode } from '../fixtures/node.ts';

describe('the landing page in a browser', function () {
  this.timeout(60_000);
  let browser: Chromium;
  let collector: Collector | undefined;
  let node: TestNode | undefined;

  before(async () => {
    browser = await startChromium();
  });
  after(() => browser?.stop());
  afterEach(async () => {
    await collector?.stop();
    await node?.stop();
    collector = undefined;
    node = undefined;
  });

  async function twoDrives(): Promise<TestNode> {
    const drives = await startNode();
    await drives.attach(ebsDrive(1));
    await drives.attach(ebsDrive(2));
    return drives;
  }

  /** The rows of the table under this heading, cell by cell. */
  const rowsUnder = (heading: string): Promise<readonly (readonly string[])[]> =>
    browser.evaluate(`(() => {
      const heading = [...document.querySelectorAll('h2')].find((h2) => h2.innerText === '${heading}');
      const rows = [...(heading?.nextElementSibling?.querySelectorAll('tbody tr') ?? [])];
      return rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()));
    })()`);

  it('says of simulated volumes that they are, and shows each', async () => {
    collector = await startCollector(['--simulate', '6']);
    await browser.open(`${collector.url}/`);
    const text = await browser.text();
    expect(text).to.include('These volumes are simulated.');
    expect(text).to.include(`targets: ["${new URL(collector.url).host}"]`);
    const rows = await rowsUnder('Volumes');
    expect(rows.map(([device]) => device)).to.deep.equal([1, 2, 3, 4, 5, 6].map((n) => `nvme${n}n1`));
    expect(new Set(rows.map(([, , , state]) => state))).to.deep.equal(new Set(['up']));
    expect(await rowsUnder('Pipelines')).to.deep.equal([['metrics', 'nvme', 'prometheus', 'ready']]);
  });

  it('leads to what it links to', async () => {
    collector = await startCollector(['--simulate', '1']);
    const shows: Readonly<Record<string, string>> = {
      '/metrics': 'ebs_total_read_ops_total{',
      '/healthz': 'ok',
      '/readyz': 'ready',
    };
    await browser.open(`${collector.url}/`);
    expect(
      await browser.evaluate('[...document.links].map((link) => link.textContent.trim())'),
    ).to.have.members(Object.keys(shows));
    for (const [link, shown] of Object.entries(shows)) {
      await browser.open(`${collector.url}/`);
      const { url, text } = await browser.follow(link);
      expect(url).to.equal(collector.url + link);
      expect(text).to.include(shown);
    }
  });

  it('shows which one cannot be read and why, the others as they are, and nothing about simulation', async () => {
    node = await twoDrives();
    await node.devices.setMode('nvme2n1', { type: 'status', status: 0x4109 });
    collector = await startCollector(node.settings);
    await browser.open(`${collector.url}/`);
    const [first, second] = await rowsUnder('Volumes');
    expect(first?.slice(0, 4)).to.deep.equal(['nvme1n1', ebsId(1), 'EBS', 'up']);
    expect(second?.slice(0, 3)).to.deep.equal(['nvme2n1', ebsId(2), 'EBS']);
    expect(second?.[3]).to.match(/^nvme_status\s+cannot read .*nvme2n1: .*0x4109/);
    expect(await browser.text()).to.not.match(/simulated/i);
  });

  it('shows what is attached at this moment, though nobody scrapes', async () => {
    node = await twoDrives();
    collector = await startCollector(node.settings);
    await browser.open(`${collector.url}/`);
    expect((await rowsUnder('Volumes')).map(([, id]) => id)).to.deep.equal([ebsId(1), ebsId(2)]);
    await node.detach(1);
    await node.attach(ebsDrive(3));
    await browser.open(`${collector.url}/`);
    expect((await rowsUnder('Volumes')).map(([, id]) => id)).to.deep.equal([ebsId(2), ebsId(3)]);
  });

  for (const [name, widthPixels] of [
    ['desk', 1280],
    ['phone', 360],
  ] as const) {
    it(`fits a ${name}, light and dark, in its own style`, async () => {
      collector = await startCollector(['--simulate', '6']);
      const papers = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await browser.show({ widthPixels, heightPixels: 800, colorScheme });
        await browser.open(`${collector.url}/`);
        const scrolls = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
        expect(await browser.evaluate(scrolls), 'is wider than the screen').to.equal(false);
        papers.push(await browser.evaluate('getComputedStyle(document.body).backgroundColor'));
      }
      expect(papers).to.deep.equal(['rgb(255, 255, 255)', 'rgb(15, 19, 25)']);
    });
  }

  it('gave the browser nothing to complain about', () => {
    // Pages that are plain text cannot say that they have no icon: browsers ask for one, and take no for an answer.
    const others = browser.complaints.filter((complaint) => !complaint.includes('/favicon.ico'));
    expect(others).to.deep.equal([]);
  });
});
