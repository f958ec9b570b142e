import { readFileSync } from 'node:fs';

/**
 * A virtual machine whose host has other things to do stands still: all that is said here of times is not so then. Seen from
 * within, timers are late, and the kernel counts what was stolen of it.
 */

const watchMs = 50;
const windowMs = 500;
/** Of a window: less happens on every machine. */
const longMs = 200;
const msPerTick = 10;

/** Of all processors, since the machine began, ms. proc_stat(5). */
function stolenMs(): number {
  const [, fields = ''] = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8')) ?? [];
  return Number(fields.split(' ')[7] ?? 0) * msPerTick;
}

/** @returns how to end it */
export function watchForStalls(stalled: (fromMs: number, untilMs: number) => void): () => void {
  let lastMs = Date.now();
  let window = { fromMs: lastMs, stolenBeforeMs: stolenMs() };
  const timer = setInterval(() => {
    const nowMs = Date.now();
    if (nowMs - lastMs - watchMs > longMs) stalled(lastMs, nowMs);
    lastMs = nowMs;
    if (nowMs - window.fromMs < windowMs) return;
    const stolenNowMs = stolenMs();
    const stolenInWindowMs = stolenNowMs - window.stolenBeforeMs;
    // What is counted when it is over may have begun long before.
    if (stolenInWindowMs > longMs) stalled(Math.min(window.fromMs, nowMs - stolenInWindowMs), nowMs);
    window = { fromMs: nowMs, stolenBeforeMs: stolenNowMs };
  }, watchMs);
  return () => clearInterval(timer);
}
