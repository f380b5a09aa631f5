/** Once for a process, whose files may share it. */
const WATCHED = Symbol.for('strandline.no-leaks')

// Who listens and never leaves shows when more than ten do: what Node only warns of fails the run.
if (!Reflect.has(process, WATCHED)) {
  Reflect.set(process, WATCHED, true)
  process.on('warning', (warning) => {
    if (warning.name === 'MaxListenersExceededWarning') throw warning
  })
}
