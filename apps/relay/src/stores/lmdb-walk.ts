/**
 * Run as a program of its own on one folder: walks everything in a store and exits 0 when it is sound, 1 when
 * LMDB's part is not, 3 when its journal is not, 2 when that cannot be told.
 * Damage can make reading LMDB's map crash the process, which is why it is not done in the relay's own.
 */
import { JournalDamage, type Marks, readJournal } from './journal-files.ts'
import { LmdbTables } from './lmdb-tables.ts'

const [path = ''] = process.argv.slice(2)

/** Tells the parent that from here on a crash is the store's doing, not that of a program that cannot run. */
process.stdout.write('walking')

/** System errors (no rights, no memory) say nothing of the store; LMDB's own are negative. */
process.on('uncaughtException', (error) => {
  process.exit(isOfSystem(error) ? 2 : 1)
})

process.exit(await walk())

async function walk(): Promise<number> {
  const tables = new LmdbTables(path, { readOnly: true })
  const { marks } = tables
  const sound = tables.areSound()
  await tables.close()
  if (!sound || !(await canWrite())) return 1
  return marks ? walkJournal(marks) : 0
}

async function canWrite(): Promise<boolean> {
  const tables = new LmdbTables(path)
  const can = tables.tryWrite()
  await tables.close()
  return can
}

async function walkJournal(marks: Marks): Promise<number> {
  try {
    await readJournal(path, marks)
    return 0
  } catch (error) {
    return error instanceof JournalDamage ? 3 : 2
  }
}

function isOfSystem(error: Error): boolean {
  return 'syscall' in error || ('code' in error && typeof error.code === 'number' && error.code > 0)
}
