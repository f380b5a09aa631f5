import { constants } from 'node:os'

/** @typedef {'SIGINT' | 'SIGTERM' | 'SIGHUP'} StopSignal */

/** @param {StopSignal} signal */
export const exitCodeOf = (signal) => 128 + constants.signals[signal]

/** @type {(signal: StopSignal) => unknown} */
let handler = (signal) => process.exit(exitCodeOf(signal))

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => handler(signal))
}

/**
 * What this script does from now on when it is asked to stop.
 *
 * @param {typeof handler} next
 */
export const onSignal = (next) => {
  handler = next
}

// npm hands a SIGTERM to the shell between it and us, which dies of it without a word to its child.
if (process.env.npm_lifecycle_event && process.platform !== 'win32') {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    handler('SIGTERM')
  }, 250)
  watch.unref()
}
