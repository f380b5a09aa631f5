import { JsonDamage, linesOfElements } from './json-lines.ts'
import { compareOffsets, OFFSET_START, type Offset } from './offset.ts'

/** A stream, or what a device holds of one, as a file: `.strand.json`. */
export interface Fixture {
  readonly batches: readonly FixtureBatch[]
}

/** Items that arrived together, and the offset they reach. */
export interface FixtureBatch {
  readonly to: Offset
  readonly items: readonly unknown[]
}

/** A file that is not one, or is damaged. */
export class FixtureError extends Error {
  override readonly name = 'FixtureError'
  readonly code = 'invalid-fixture'
  /** Where, from 1. */
  readonly line: number

  constructor(line: number, what: string) {
    super(`line ${line}: ${what}`)
    this.line = line
  }
}

const VERSION = 1

/** One line for each batch, so that a difference between two files shows as what came. */
export function writeFixture({ batches }: Fixture): string {
  const lines = batches.map(({ to, items }) => JSON.stringify({ to, items }))
  return `{"strand":${VERSION},"batches":[\n${lines.join(',\n')}\n]}\n`
}

/** Takes what `writeFixture` wrote, also laid out anew by a formatter; throws `FixtureError` for anything else. */
export function readFixture(text: string): Fixture {
  const lines = elementLines(text)
  const { strand, batches } = (JSON.parse(text) ?? {}) as { readonly [field: string]: unknown }
  if (strand !== VERSION || !Array.isArray(batches))
    throw new FixtureError(1, `a fixture is {"strand": ${VERSION}, "batches": [...]}`)
  let head: Offset = OFFSET_START
  return {
    batches: batches.map((value: unknown, index) => {
      const line = lines[index] ?? 1
      const batch = batchOf(value, line)
      if (compareOffsets(head, batch.to) >= 0)
        throw new FixtureError(line, `offset ${batch.to} does not lie after ${head}`)
      head = batch.to
      return batch
    }),
  }
}

function elementLines(text: string): number[] {
  try {
    return linesOfElements(text, 'batches')
  } catch (error) {
    if (error instanceof JsonDamage) throw new FixtureError(error.line, 'the file is cut or damaged here')
    throw error
  }
}

function batchOf(value: unknown, line: number): FixtureBatch {
  const { to, items } = (value ?? {}) as { readonly [field: string]: unknown }
  if (typeof to !== 'string' || to === '' || !Array.isArray(items))
    throw new FixtureError(line, 'a batch is {"to": offset, "items": [...]}')
  return { to, items }
}
