/** Where the runbooks are read: the one place to change when they move. Every alert's `runbook_url` begins with it. */
export const runbookFolder =
  'https://github.com/ebs-nvme-collector/ebs-nvme-collector/blob/main/docs/runbooks';

/** The page of an alert, docs/runbooks/<alert>.md. */
export const runbookUrl = (alert: string): string => `${runbookFolder}/${alert}.md`;
