import { expect } from 'chai';
import { bundleCollector } from '../../bundle/collector.ts';
import { bundledPackages, thirdPartyNotices } from '../../bundle/notices.ts';

describe('the notices', () => {
  it('name every package that is in the bundle or in the addon, with its version and its license, once', async () => {
    const { metafile } = await bundleCollector();
    const packages = [...bundledPackages(metafile), 'node-addon-api'];
    expect(packages).to.include.members(['@opentelemetry/api', 'js-yaml']);
    const titles = thirdPartyNotices(metafile)
      .split('\n')
      .flatMap((line) => /^((?:@[\w-]+\/)?[\w-]+) \d+\.\d+\.\d+ \([\w.-]+\)$/.exec(line)?.[1] ?? []);
    expect(titles).to.have.members(packages);
  });

  it('hold the text of each license', async () => {
    const { metafile } = await bundleCollector();
    const text = thirdPartyNotices(metafile);
    expect(text).to.contain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
    expect(text).to.contain('Permission is hereby granted, free of charge, to any person obtaining a copy');
  });
});
