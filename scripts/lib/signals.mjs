import { constants } from 'node:os'

/** @type {(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void} */
let handler = (signal) => process.exit(128 + constants.signals[signal])

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => handler(signal))
}

/**
 * What a script does when it is asked to stop. Until it says so: exit at once, which ends its children.
 *
 * @param {typeof handler} next
 */
export const onSignal = (next) => {
  handler = next
}
