import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newIncarnation } from '../incarnation.ts'
import type { StreamState } from '../state.ts'
import { Changes } from './changes.ts'
import { newMarks } from './journal-files.ts'
import { JournaledTables } from './journaled-tables.ts'
import { LmdbTables } from './lmdb-tables.ts'

const DATA = 'data.mdb'
/** How much (bytes) is copied in one commit, and what a stream counts for at least. */
const STEP_BYTES = 4 * 1024 * 1024
const STATE_BYTES = 1024

/** The same for a store that may have writes in its journal alone: they are part of it. */
export async function renewStore(folder: string): Promise<number> {
  const tables = await JournaledTables.open(folder, () => {})
  try {
    await tables.settle()
  } finally {
    await tables.close()
  }
  return renewLives(folder)
}

/**
 * Gives every stream that LMDB holds in `folder`, which nobody may have open, another life with all that is in
 * it: what a reader saw of the one before may not be in this one. Returns how many streams there are. A crash
 * leaves either all as it was or all done. What the journal holds beyond LMDB is no part of it any more.
 */
export async function renewLives(folder: string): Promise<number> {
  const scratch = join(folder, 'renewed')
  await rm(scratch, { recursive: true, force: true })
  await mkdir(scratch)
  const from = new LmdbTables(folder)
  const to = new LmdbTables(scratch)
  let count = 0
  try {
    await to.begin(newMarks())
    for (const changes of renewed(from)) {
      await to.write(changes, 0)
      count += changes.states.size
    }
  } finally {
    await to.close()
    await from.close()
  }
  await rename(join(scratch, DATA), join(folder, DATA))
  const parent = await open(folder)
  await parent.sync()
  await parent.close()
  await rm(scratch, { recursive: true })
  return count
}

/** All there is in other lives, a little at a time. */
function* renewed(from: LmdbTables): Generator<Changes> {
  const lives = new Map<string, string>()
  const lifeOf = (old: string): string => {
    const life = lives.get(old) ?? newIncarnation()
    lives.set(old, life)
    return life
  }
  let changes = new Changes()
  let size = 0
  for (const [path, state] of from.states()) {
    const life = lifeOf(state.incarnation)
    for (const batch of from.batchesFrom(state.incarnation, state.origin?.cut ?? 0)) {
      changes.putBatch(life, batch)
      size += batch.bytes.length
      if (size < STEP_BYTES) continue
      yield changes
      changes = new Changes()
      size = 0
    }
    for (const [id, producer] of from.producersOf(state.incarnation)) changes.putProducer(life, id, producer)
    changes.states.set(path, withLives(state, lifeOf))
    size += STATE_BYTES
  }
  yield changes
}

function withLives(state: StreamState, lifeOf: (old: string) => string): StreamState {
  return {
    ...state,
    incarnation: lifeOf(state.incarnation),
    inherited: state.inherited.map((segment) => ({ ...segment, incarnation: lifeOf(segment.incarnation) })),
    origin: state.origin && { ...state.origin, incarnation: lifeOf(state.origin.incarnation) },
  }
}
