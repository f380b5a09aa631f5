import { onTestFinished } from 'vitest'

/** Something that runs until it is disposed of; disposing twice is fine. */
export interface Resource {
  dispose(): Promise<void>
}

/** Ends a resource with the test that asked for it, however that test ends. */
export async function use<T extends Resource>(resource: T | Promise<T>): Promise<T> {
  const started = await resource
  onTestFinished(() => started.dispose())
  return started
}
