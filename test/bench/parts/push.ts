import { setTimeout as sleep } from 'node:timers/promises';
import { figureOf, type Figure } from '../figures.ts';
import { cpuTimeMs } from '../process-cost.ts';
import { startSink } from '../sink.ts';
import { summarize } from '../statistics.ts';
import { readAlways, startSubject } from '../subject.ts';
import { startWorkload, type Workload } from '../workload.ts';
import type { Part } from './part.ts';

/** Ours pushing OTLP, in each encoding. */

/** Long enough for a push to be over, and its pages changed, before the next one. */
const intervalMs = (volumes: number) => (volumes > 64 ? 250 : 120);
const warmUps = 20;
const blocks = 3;
const pushesPerBlock = 6;
/** Until the answer has been dealt with, and well before the next push. */
const settleMs = 50;

async function measure(workload: Workload, encoding: 'proto' | 'json'): Promise<Figure[]> {
  const sink = await startSink();
  const interval = `${intervalMs(workload.volumes)}ms`;
  const settings = [
    readAlways,
    `receivers.nvme.collection_interval=${interval}`,
    `exporters.otlphttp.endpoint=${sink.url}`,
    `exporters.otlphttp.encoding=${encoding}`,
    'service.pipelines.metrics.exporters=[prometheus, otlphttp]',
  ];
  const subject = await startSubject('ours', workload, { settings }).catch(async (error: unknown) => {
    await sink.close();
    throw error;
  });
  try {
    for (let i = 0; i < warmUps; i++) await sink.nextPushBytes();
    const cpuMs: number[] = [];
    let bytes = 0;
    for (let block = 0; block < blocks; block++) {
      await sleep(settleMs);
      const beforeMs = cpuTimeMs(subject.pid);
      for (let i = 0; i < pushesPerBlock; i++) {
        const push = sink.nextPushBytes();
        await workload.advance();
        bytes = await push;
      }
      await sleep(settleMs);
      cpuMs.push((cpuTimeMs(subject.pid) - beforeMs) / pushesPerBlock);
    }
    const key = { part: 'push', variant: encoding, volumes: workload.volumes, subject: 'ours' } as const;
    return [
      figureOf({ ...key, what: 'CPU', unit: 'ms' }, summarize(cpuMs)),
      { ...key, what: 'payload, gzip', unit: 'KiB', value: bytes / 1024 },
    ];
  } finally {
    await subject.stop();
    await sink.close();
  }
}

export const pushPart: Part = async () => {
  const figures: Figure[] = [];
  for (const volumes of [1, 28, 128]) {
    const workload = await startWorkload(volumes);
    try {
      for (const encoding of ['proto', 'json'] as const) figures.push(...(await measure(workload, encoding)));
    } finally {
      await workload.stop();
    }
  }
  return figures;
};
