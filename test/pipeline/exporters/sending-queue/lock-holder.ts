import { unrefTimer } from '../../../../pipeline/timer.ts';
import { createDirectoryLock } from '../../../../pipeline/exporters/sending-queue/lock.ts';

/** Locks the directory it is given, says so, and holds it until it is killed. */
const [directory = '', holder = ''] = process.argv.slice(2);
await createDirectoryLock({ setTimer: unrefTimer, random: Math.random })(directory, holder).then(
  () => process.stdout.write('held\n'),
  (error: Error) => process.stdout.write(`refused: ${error.message}\n`),
);
process.stdin.resume();
