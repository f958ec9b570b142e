import { expect } from 'chai';
import { dashboards, fileOf, textOf } from '../../../deploy/grafana/dashboards.ts';
import type { DashboardJson, GridPosition, VariableJson } from '../../../deploy/grafana/model/json.ts';
import { tag, uid } from '../../../deploy/grafana/model/links.ts';
import { alerts } from '../../../deploy/alerts/groups.ts';
import { runbookFolder } from '../../../deploy/runbooks.ts';
import { expectFile } from '../../fixtures/golden-file.ts';
import { panelsOf, variablesIn } from './interpolate.ts';

const folder = new URL('../../../deploy/grafana/', import.meta.url);

/** What Grafana knows by itself, in queries and in links. */
const grafanasOwn = /^__(?:rate_interval|range|url_time_range|data|field)$/;

const runbookLinks = alerts.map(({ alert }) => `\${runbooks}/${alert}.md`);

/** Wherever a variable may stand: queries, links, variables after it; not in what people read. */
const textsOf = (dashboard: DashboardJson): readonly string[] =>
  panelsOf(dashboard).flatMap(({ targets, links, fieldConfig }) => [
    ...targets.map(({ expr }) => expr),
    ...links.map(({ url }) => url),
    JSON.stringify(fieldConfig),
  ]);

const textOfVariable = ({ query }: VariableJson): string =>
  typeof query === 'string' ? query : String(query['query']);

const overlap = (a: GridPosition, b: GridPosition): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe('the dashboards', () => {
  for (const dashboard of dashboards) {
    describe(dashboard.title, () => {
      const panels = panelsOf(dashboard);
      const { list: variables } = dashboard.templating;

      it('is in its file as the sources make it', () => {
        expectFile(new URL(fileOf(dashboard), folder), textOf(dashboard));
      });

      it('numbers every panel and row once', () => {
        const ids = [
          ...dashboard.panels,
          ...dashboard.panels.flatMap((each) => (each.type === 'row' ? each.panels : [])),
        ].map(({ id }) => id);
        expect(new Set(ids).size).to.equal(ids.length);
      });

      it('lays nothing on top of anything, and nothing beyond the edge', () => {
        // What a collapsed row has lies below it once it is open, and pushes the others down.
        const open = dashboard.panels.map(({ title, gridPos }) => ({ title, gridPos }));
        const hidden = dashboard.panels.flatMap((each) =>
          each.type === 'row' && each.panels.length > 0 ? [[each, ...each.panels]] : [],
        );
        const clashes = [open, ...hidden].flatMap((together) =>
          together.flatMap((a, index) =>
            together
              .slice(index + 1)
              .flatMap((b) => (overlap(a.gridPos, b.gridPos) ? `${a.title} and ${b.title}` : [])),
          ),
        );
        expect(clashes).to.deep.equal([]);
        expect(panels.filter(({ gridPos: { x, w } }) => x < 0 || x + w > 24)).to.deep.equal([]);
      });

      it('uses only variables that it has, and has none that nothing uses', () => {
        const texts = [...textsOf(dashboard), ...variables.map(textOfVariable)];
        const used = new Set([
          ...texts.flatMap(variablesIn),
          ...variables.flatMap(({ datasource }) => variablesIn(datasource?.uid ?? '')),
        ]);
        const own = variables.map(({ name }) => name);
        expect([...used].filter((name) => !grafanasOwn.test(name))).to.have.members(own);
      });

      it('offers in each variable what the ones before it leave', () => {
        const before = new Set<string>();
        for (const variable of variables) {
          const later = variablesIn(textOfVariable(variable)).filter((name) => !before.has(name));
          expect(later, variable.name).to.deep.equal([]);
          before.add(variable.name);
        }
      });

      it('says of every panel what to conclude, in what unit, and what it means that there is nothing', () => {
        const silent = panels.filter(
          ({ title, description, fieldConfig: { defaults } }) =>
            title === '' || description.length < 40 || defaults.unit === '' || defaults.noValue === '',
        );
        expect(silent.map(({ title }) => title)).to.deep.equal([]);
        expect(panels.filter(({ targets }) => targets.length === 0)).to.deep.equal([]);
      });

      it('asks the data source that is chosen', () => {
        const uids = panels.flatMap(({ datasource, targets }) => [
          datasource,
          ...targets.map((target) => target.datasource),
        ]);
        expect([...new Set(uids.map((each) => each.uid))]).to.deep.equal(['${datasource}']);
        expect(variables[0]).to.include({ name: 'datasource', type: 'datasource' });
      });

      it('links only to dashboards that there are, with variables that they have', () => {
        const links = panels.flatMap(({ fieldConfig }) => [
          ...JSON.stringify(fieldConfig).matchAll(/\/d\/([^"]+)"/g),
        ]);
        for (const [, link = ''] of links) {
          const [path = '', query = ''] = link.split('?');
          const target = dashboards.find((each) => path === `${each.uid}/${each.uid}`);
          expect(target, link).not.to.equal(undefined);
          const set = [...query.matchAll(/var-(\w+)=|\$\{(\w+):queryparam\}/g)].map(
            ([, name, kept]) => name ?? kept,
          );
          expect(
            target?.templating.list.map(({ name }) => name),
            link,
          ).to.include.members(set);
        }
      });

      it('links to the other dashboards with its variables and its time', () => {
        expect(dashboard.tags).to.deep.equal([tag]);
        expect(dashboard.links).to.have.length(1);
        expect(dashboard.links[0]).to.include({ type: 'dashboards', includeVars: true, keepTime: true });
        expect(dashboard.links[0]?.tags).to.deep.equal([tag]);
      });

      it('links to the runbooks of alerts, in the one folder', () => {
        const links = panels.flatMap(({ links: each }) => each.map(({ url }) => url));
        expect(links).not.to.be.empty;
        expect(runbookLinks).to.include.members(links);
        expect(variables.find(({ name }) => name === 'runbooks')?.query).to.equal(runbookFolder);
      });
    });
  }

  it('are known by fixed ids, so that links and bookmarks hold', () => {
    expect(dashboards.map((each) => each.uid)).to.deep.equal([uid.fleet, uid.volume, uid.collector]);
  });

  it('lead to the runbook of every alert', () => {
    const links = dashboards.flatMap(panelsOf).flatMap((panel) => panel.links.map(({ url }) => url));
    expect(links).to.include.members(runbookLinks);
  });

  it('are all of one schema', () => {
    expect([...new Set(dashboards.map(({ schemaVersion }) => schemaVersion))]).to.deep.equal([39]);
  });
});
