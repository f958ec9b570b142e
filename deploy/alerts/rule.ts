/** Rules as Prometheus has them, and what every alert here must say. */

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** `critical`: data or service is at stake now, wake somebody. `warning`: look at it in working hours. */
export type Severity = 'critical' | 'warning';

export interface AlertRule {
  readonly alert: string;
  /** For the index of runbooks. */
  readonly title: string;
  readonly expr: string;
  /** How long the expression must hold: `15m`. */
  readonly for: string;
  readonly severity: Severity;
  /** One line: what is wrong, with whose volume, where. */
  readonly summary: string;
  /** What it means and what helps, in a sentence or two. */
  readonly description: string;
}

export type Rule = RecordingRule | AlertRule;

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export const isAlert = (rule: Rule): rule is AlertRule => 'alert' in rule;
