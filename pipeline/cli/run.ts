import type { Config } from '../components.ts';
import { componentSchemas } from '../components.ts';
import { loadConfig, type LoadResult } from '../config/load.ts';
import { consumeOtlpVariables } from '../config/otel-env.ts';
import { formatProblem } from '../config/problem.ts';
import { createHeapTrimmer, processHeap, setFlagsFor } from '../heap.ts';
import { joinReader, type Separated } from '../privilege/reader.ts';
import { decideHere, machineReceivers } from '../privilege/separate.ts';
import { resourceDetector } from '../resource/of-process.ts';
import { productVersion } from '../resource/version.ts';
import { createService } from '../service.ts';
import { createApiRecorder } from '../telemetry/api-metrics.ts';
import { installDiag } from '../telemetry/diag.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { createOwnMetrics } from '../telemetry/own-metrics.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import type { ProcessSignals } from './signals.ts';
import { formatProblems, type ConfigSelection } from './validate.ts';

/** Kubernetes kills a pod 30 s after it asked it to end. */
const shutdownTimeoutMs = 10_000;

type Loaded = LoadResult<typeof componentSchemas> & { readonly ok: true };

type LogSettings = Loaded['config']['service']['telemetry']['logs'];

/** A log that cannot be written (a full disk, a reader that is gone) must not end what it tells about. */
function writeLog(line: string): void {
  try {
    process.stderr.write(line);
  } catch {
    // There is nobody left to tell.
  }
}

/** @param settings those of the configuration that runs */
function createRunLogger(settings: () => LogSettings, isTerminal: boolean): Logger {
  return createLogger({
    settings,
    color: isTerminal && process.env['NO_COLOR'] === undefined,
    now: () => new Date(),
    write: writeLog,
  });
}

/**
 * Takes its place beside the process that reads the drives, where this one was started so.
 * @throws where it should be so and cannot
 */
function takePlace(config: Config, file: string | undefined, logger: Logger): Separated | undefined {
  const separated = joinReader(config, logger);
  if (separated !== undefined) return separated;
  const decision = decideHere(config, file);
  if (decision.type === 'separate' || decision.reason === undefined) return undefined;
  const { separate } = config.service.privilege;
  const message = `privileges are not separated: ${decision.reason}`;
  if (separate === 'always')
    throw new Error(`${message}; mend that, or set service.privilege.separate to auto`);
  logger.warn(`${message}; this process listens on the network and may do everything to devices`);
  return undefined;
}

/** Collects and exports until a signal ends it. After the start nothing else does. */
export async function runCollector(
  options: Omit<ConfigSelection, 'schemas'>,
  signals: ProcessSignals,
): Promise<ExitCode> {
  setFlagsFor(process.version);
  const isTerminal = process.stderr.isTTY;
  const env = { ...process.env };
  const load = () => loadConfig({ ...options, env, schemas: componentSchemas, isTerminal });
  const loaded = await load();
  if (!loaded.ok) {
    process.stderr.write(formatProblems(loaded.problems));
    return exitCode.wrongInput;
  }
  // Before any exporter is made: the SDK gives these headers to every one, whatever its backend.
  consumeOtlpVariables(process.env);

  let { telemetry } = loaded.config.service;
  const logger = createRunLogger(() => telemetry.logs, isTerminal);
  const version = productVersion();
  installDiag(logger);
  for (const warning of loaded.warnings) logger.warn(formatProblem(warning));
  logger.info('starting', {
    version,
    pid: process.pid,
    node: process.version,
    config: options.file ?? '(default)',
  });

  let separated: Separated | undefined;
  try {
    separated = takePlace(loaded.config, options.file, logger);
  } catch (error) {
    logger.error((error as Error).message);
    return exitCode.couldNot;
  }

  const own = createOwnMetrics(version);
  const detector = resourceDetector({
    version,
    env,
    otel: loaded.otel,
    configured: telemetry.resource,
    askMetadata: machineReceivers(loaded.config).length > 0,
    record: createApiRecorder(own.meter),
    logger,
  });
  const service = createService({
    version,
    logger,
    own,
    resource: () => detector.current(),
    resourceSettled: detector.settled,
    collected: createHeapTrimmer(processHeap()),
  });

  /** Reads the configuration again; keeps to what runs where it is wrong. */
  const reload = async (): Promise<void> => {
    const next = await load();
    if (!next.ok) {
      for (const problem of next.problems) logger.error(formatProblem(problem));
      logger.error('the configuration was not reloaded: it is wrong; the one before goes on');
      return;
    }
    for (const warning of next.warnings) logger.warn(formatProblem(warning));
    const objection = separated?.objection(next.config);
    if (objection !== undefined) {
      logger.error(`the configuration was not reloaded: ${objection}`);
      return;
    }
    try {
      await service.reload(next.config);
    } catch (error) {
      logger.error('the configuration was not reloaded: it cannot be started', { error });
      return;
    }
    telemetry = next.config.service.telemetry;
    detector.configure(telemetry.resource);
    logger.info('the configuration was reloaded');
  };

  try {
    await service.start(loaded.config);
  } catch (error) {
    logger.error((error as Error).message);
    detector.stop();
    return exitCode.couldNot;
  }
  // Exporters and their timers do not hold the process; something must.
  const hold = setInterval(() => undefined, 2 ** 31 - 1);
  let lastReload = Promise.resolve();
  signals.onReload(() => {
    lastReload = lastReload.then(reload);
  });
  process.on('uncaughtException', (error) =>
    logger.error('unexpected error; going on', { error, stack: error.stack }),
  );

  const signal = await signals.ended;
  const startMs = performance.now();
  logger.info('shutting down', { signal });
  await service.shutdown(shutdownTimeoutMs);
  detector.stop();
  clearInterval(hold);
  logger.info('stopped', { duration_s: Math.round(performance.now() - startMs) / 1000 });
  return exitCode.done;
}
