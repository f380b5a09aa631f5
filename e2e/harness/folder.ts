import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Resource } from './use.ts'

export interface Folder extends Resource {
  readonly path: string
}

/** An empty folder of one's own: a relay's data, a browser's profile. */
export async function tempFolder(name: string): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), `strandline-${name}-`))
  return { path, dispose: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}
