import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alerts } from '../../../deploy/alerts/groups.ts';
import { ruleFile } from '../../../deploy/alerts/files.ts';
import { runbookUrl } from '../../../deploy/runbooks.ts';
import { isFires, type AlertCase, type Expected } from './case.ts';

/** promtool's judgement of rules. An empty text: it has nothing to say against them. */
function judgement(args: readonly string[], files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ebs-nvme-collector-rules-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { error, status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
    if (error !== undefined) {
      throw new Error('cannot run promtool: install it with `apt-get install prometheus`', { cause: error });
    }
    return status === 0 ? '' : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rules = { 'rules.yaml': ruleFile.text };

export const checkRules = (): string => judgement(['check', 'rules', '--lint-fatal', 'rules.yaml'], rules);

function expectation({ labels, summary, description }: Expected, alert: string): object {
  const exp_annotations = { summary, description, runbook_url: runbookUrl(alert) };
  return { exp_labels: labels, exp_annotations };
}

const at = (minute: number, alertname: string, exp_alerts: readonly object[]): object => ({
  eval_time: `${minute}m`,
  alertname,
  exp_alerts,
});

function momentsOf(each: AlertCase): readonly object[] {
  const { alert } = each;
  if (!isFires(each)) {
    return Array.from({ length: each.untilMinute + 1 }, (_, minute) => at(minute, alert, []));
  }
  return [
    ...each.notAtMinutes.map((minute) => at(minute, alert, [])),
    at(
      each.atMinute,
      alert,
      each.expected.map((expected) => expectation(expected, alert)),
    ),
  ];
}

/**
 * Runs a statement by promtool, on the rules as Prometheus gets them.
 * @throws where there is no such alert: promtool would take that for one that does not fire
 */
export function testCase(each: AlertCase): string {
  if (!alerts.some(({ alert }) => alert === each.alert)) throw new Error(`there is no alert ${each.alert}`);
  // JSON is YAML.
  const unitTest = JSON.stringify({
    rule_files: ['rules.yaml'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(each.series).map(([series, values]) => ({ series, values })),
        alert_rule_test: momentsOf(each),
      },
    ],
  });
  return judgement(['test', 'rules', 'test.yaml'], { ...rules, 'test.yaml': unitTest });
}
