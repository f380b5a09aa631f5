/** Shows a failure that nobody waits for as an uncaught error, where the browser and its tools see it. */
export function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
