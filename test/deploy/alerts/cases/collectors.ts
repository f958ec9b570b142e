import { collectorA, nodeA, nodeAText, targetA, type AlertCase, type InputSeries } from '../case.ts';

const downMeans =
  'Nothing is known of the volumes of this node meanwhile, and no other alert can fire for them.';
const absentMeans =
  'Either none runs, or Prometheus does not find them. No other alert on volumes can fire meanwhile.';

const apiMeans =
  'Owners of new volumes stay unknown meanwhile; what is known stays. Permissions, the network, or an API that throttles.';

const scraped = (job: string, instance: string): string =>
  `up{job="${job}",instance="${instance}:8090",node="${instance}"}`;

const inCluster = (cluster: string, values: string): InputSeries => {
  const target = `job="ebs",instance="${cluster}:8090"`;
  return {
    [`target_info{${target},k8s_cluster_name="${cluster}",k8s_node_name="a"}`]: values,
    [`ebs_collector_collections_total{${target}}`]: values,
  };
};

const durations = (slowPerMinute: number): InputSeries => {
  const bucket = (le: string, count: number) => ({
    [`ebs_collector_collection_duration_seconds_bucket{${targetA},le="${le}"}`]: `0+${count}x60`,
  });
  return {
    ...bucket('2.5', 100 - slowPerMinute),
    ...bucket('5', 100 - slowPerMinute),
    ...bucket('10', 100),
    ...bucket('+Inf', 100),
  };
};

const requests = (api: string, error: string, operation = 'get'): string =>
  `ebs_collector_api_requests_total{${targetA},ebs_collector_api_name="${api}",ebs_collector_api_operation="${operation}"${error && `,error_type="${error}"`}}`;

/** One more each so many minutes. */
const oneEach = (minutes: number): string =>
  Array.from({ length: 9 }, (_, count) => `${count}x${minutes - 1}`).join(' ');

export const collectorCases: readonly AlertCase[] = [
  {
    alert: 'EBSCollectorDown',
    says: 'by the name of its job, if it never answered, and by having been one where the job has another name',
    series: {
      [scraped('ebs-nvme-collector', 'a')]: '0x30',
      [scraped('monitoring/ebs-nvme-collector', 'b')]: '1x5 0x30',
      [`up{${targetA}}`]: '1x5 0x30',
      [`target_info{${targetA},k8s_cluster_name="prod",k8s_node_name="a"}`]: '1x5 stale',
      [`ebs_collector_collections_total{${targetA}}`]: '1x5 stale',
    },
    notAtMinutes: [9],
    atMinute: 25,
    expected: [
      {
        labels: { severity: 'warning', job: 'ebs-nvme-collector', instance: 'a:8090', node: 'a' },
        summary: 'Collector down: node a, a:8090',
        description: downMeans,
      },
      {
        labels: { severity: 'warning', job: 'monitoring/ebs-nvme-collector', instance: 'b:8090', node: 'b' },
        summary: 'Collector down: node b, b:8090',
        description: downMeans,
      },
      {
        labels: { severity: 'warning', job: 'ebs', instance: '10.0.0.1:8090' },
        summary: 'Collector down: 10.0.0.1:8090',
        description: downMeans,
      },
    ],
  },
  {
    alert: 'EBSCollectorDown',
    says: 'for a restart, nor for a node that goes, nor for what else the same job scrapes',
    series: {
      [scraped('ebs-nvme-collector', 'a')]: '1x5 0x7 1x30',
      [scraped('ebs-nvme-collector', 'b')]: '1x5 0x7 stale',
      [`up{${targetA}}`]: '1x50',
      ...collectorA,
      'up{job="ebs",instance="10.0.0.3:9100"}': '0x50',
    },
    untilMinute: 40,
  },
  {
    alert: 'EBSCollectorAbsent',
    says: 'where there never was one',
    series: { 'up{job="prometheus"}': '1x30' },
    notAtMinutes: [14],
    atMinute: 15,
    expected: [
      {
        labels: { severity: 'critical' },
        summary: 'No collector at all is scraped',
        description: absentMeans,
      },
    ],
  },
  {
    alert: 'EBSCollectorAbsent',
    says: 'for the cluster that lost its collectors, and not for the others',
    series: { ...inCluster('prod', '1x200'), ...inCluster('test', '1x90 stale') },
    notAtMinutes: [104],
    atMinute: 120,
    expected: [
      {
        labels: { severity: 'critical', cluster_id: 'test' },
        summary: 'No collector at all is scraped: cluster test',
        description: absentMeans,
      },
    ],
  },
  {
    alert: 'EBSCollectorAbsent',
    says: 'while one is there, and one of two nodes goes',
    series: {
      ...inCluster('prod', '1x120'),
      'target_info{job="ebs",instance="b:8090",k8s_cluster_name="prod",k8s_node_name="b"}': '1x60 stale',
      'ebs_collector_collections_total{job="ebs",instance="b:8090"}': '1x60 stale',
    },
    untilMinute: 120,
  },
  {
    alert: 'EBSCollectorAbsent',
    says: 'for collectors that are told the name of their cluster',
    series: {
      [`target_info{${targetA},k8s_node_name="a"}`]: '1x60 stale',
      [`ebs_collector_collections_total{${targetA}}`]: '1x180',
      [`target_info{${targetA},k8s_cluster_name="prod",k8s_node_name="a"}`]: '_x61 1x120',
    },
    untilMinute: 180,
  },
  {
    alert: 'EBSCollectorSlow',
    says: 'where a hundredth of the readings takes more than five seconds',
    series: { ...collectorA, ...durations(2) },
    notAtMinutes: [14],
    atMinute: 40,
    expected: [
      {
        labels: { severity: 'warning', ...nodeA },
        summary: `Collector slow, p99 of a reading 7.5s: ${nodeAText}`,
        description:
          'Beyond the timeout of the scrape (10 s where none is set) nothing of the node arrives. A drive that does not answer, or too little CPU.',
      },
    ],
  },
  {
    alert: 'EBSCollectorSlow',
    says: 'for one reading of two hundred',
    series: { ...collectorA, ...durations(0.5) },
    untilMinute: 60,
  },
  {
    alert: 'EBSCollectorDiscoveryFailing',
    says: 'where the node cannot be looked through, and names the node by its address without target_info',
    series: {
      [`ebs_collector_collections_total{${targetA}}`]: '0x40',
      [`ebs_collector_collections_total{${targetA},error_type="discovery"}`]: '_x2 1+2x40',
    },
    notAtMinutes: [10],
    atMinute: 20,
    expected: [
      {
        labels: { severity: 'warning', node: '10.0.0.1:8090' },
        summary: 'Collector cannot look for volumes: node 10.0.0.1:8090',
        description:
          'It cannot read sysfs. Its key receivers.nvme.sys_path says where that of the host is mounted.',
      },
    ],
  },
  {
    alert: 'EBSCollectorDiscoveryFailing',
    says: 'for a reading that failed once',
    series: {
      ...collectorA,
      [`ebs_collector_collections_total{${targetA},error_type="discovery"}`]: '1x10 2x40',
    },
    untilMinute: 40,
  },
  {
    alert: 'EBSCollectorAPIFailing',
    says: 'for the API of which most requests fail',
    series: {
      ...collectorA,
      [requests('kubernetes', '')]: '0+1x90',
      [requests('kubernetes', '403')]: '0+3x90',
      [requests('ec2', '')]: '0+1x90',
    },
    notAtMinutes: [14],
    atMinute: 60,
    expected: [
      {
        labels: {
          severity: 'warning',
          ebs_collector_api_name: 'kubernetes',
          ebs_collector_api_operation: 'get',
          ...nodeA,
        },
        summary: `API kubernetes, 75% of the requests get fail: ${nodeAText}`,
        description: apiMeans,
      },
    ],
  },
  {
    alert: 'EBSCollectorAPIFailing',
    says: 'where one of the permissions is missing, however seldom that is tried',
    series: {
      ...collectorA,
      [requests('kubernetes', '403', 'get_persistentvolume')]: oneEach(11),
      [requests('kubernetes', '', 'get_node')]: oneEach(10),
    },
    notAtMinutes: [10],
    atMinute: 80,
    expected: [
      {
        labels: {
          severity: 'warning',
          ebs_collector_api_name: 'kubernetes',
          ebs_collector_api_operation: 'get_persistentvolume',
          ...nodeA,
        },
        summary: `API kubernetes, 100% of the requests get_persistentvolume fail: ${nodeAText}`,
        description: apiMeans,
      },
    ],
  },
  {
    alert: 'EBSCollectorAPIFailing',
    says: 'for failures now and then, nor for an object that is not there, nor for instance metadata that a machine does not have, nor where nothing is asked',
    series: {
      ...collectorA,
      [requests('kubernetes', '')]: '0+9x90',
      [requests('kubernetes', '429')]: '0+1x90',
      [requests('kubernetes', '404', 'get_persistentvolume')]: '0+1x90',
      [requests('imds', 'ETIMEDOUT')]: '0+1x90',
      [requests('ec2', 'ETIMEDOUT')]: '1x90',
    },
    untilMinute: 80,
  },
  {
    alert: 'EBSVolumeDrift',
    says: 'where Kubernetes and the node go on disagreeing',
    series: {
      ...collectorA,
      [`ebs_collector_drift{${targetA},ebs_collector_drift_kind="missing_device"}`]: '0x5 2x30',
      [`ebs_collector_drift{${targetA},ebs_collector_drift_kind="unexplained_device"}`]: '0x35',
    },
    notAtMinutes: [14],
    atMinute: 20,
    expected: [
      {
        labels: { severity: 'warning', ebs_collector_drift_kind: 'missing_device', ...nodeA },
        summary: `Drift, 2 times missing_device: ${nodeAText}`,
        description:
          'missing_device: Kubernetes says that a volume is attached and no device shows it. unexplained_device: a device is there that no attachment explains. Which volumes: see the log of the collector.',
      },
    ],
  },
  {
    alert: 'EBSVolumeDrift',
    says: 'for one that clears within minutes',
    series: {
      ...collectorA,
      [`ebs_collector_drift{${targetA},ebs_collector_drift_kind="missing_device"}`]: '0x5 1x8 0x30',
    },
    untilMinute: 40,
  },
];
