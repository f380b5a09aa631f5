import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tempFolder } from '../../harness/folder.ts'
import { startProxy } from '../../harness/proxy.ts'
import { startRelay } from '../../harness/relay.ts'
import type { ScenarioRelay } from '../world.ts'

/** The relay as people run it, LMDB beneath, and before it, for each scenario, a network that fails on command. */
export interface Spawned {
  /** @param web a built page, served on the same origin and out of reach of the faults */
  front(web?: string): Promise<{ url: string; relay: ScenarioRelay; end(): Promise<void> }>
  end(): Promise<void>
}

export async function spawnRelay(): Promise<Spawned> {
  const folder = await tempFolder('scenarios')
  const behind = await startRelay({ data: folder.path })

  const wipe = async () => {
    await behind.stop()
    for (const name of await readdir(folder.path)) await rm(join(folder.path, name), { recursive: true })
    await behind.start()
  }

  return {
    async front(web) {
      const { url, relay, dispose } = await startProxy({ target: behind.url, ...(web && { web }) })
      return { url, relay: { ...relay, wipe }, end: dispose }
    },
    async end() {
      await behind.dispose()
      await folder.dispose()
    },
  }
}
