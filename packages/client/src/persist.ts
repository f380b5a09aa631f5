/** The part of `navigator.storage` that asks for lasting storage. */
export type Persistence = Pick<StorageManager, 'persist'>

/**
 * Asks the browser, once, not to clear this origin's storage under pressure: with the first write that is saved, since
 * then there is something that exists nowhere else. Chromium and Safari decide by themselves, Firefox asks the person.
 */
export function persistOnce(
  persistence: Persistence | undefined = globalThis.navigator?.storage,
): () => void {
  let asked = false
  return () => {
    if (asked) return
    asked = true
    persistence?.persist?.().catch(() => undefined)
  }
}
