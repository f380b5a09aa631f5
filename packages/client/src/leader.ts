/** The part of the Web Locks API that leading needs. */
export type Locks = Pick<LockManager, 'request'>

/**
 * Queues for the lock `name`; holding it is running `body`. Resolves when `signal` is aborted and `body` has
 * ended. Without locks the body runs at once: correctness rests on compare-and-set, the lock only saves work
 * (invariant 8).
 */
export async function lead(
  name: string,
  locks: Locks | undefined,
  signal: AbortSignal,
  body: () => Promise<void>,
): Promise<void> {
  if (signal.aborted) return
  if (!locks) return body()
  try {
    await locks.request(name, { signal }, body)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
