import { JsonDamage, linesOfElements } from './json-lines.ts'
import { compareOffsets, OFFSET_START, type Offset } from './offset.ts'

/** A stream, or what a device holds of one, as a file: `.strand.json`. */
export interface Fixture {
  /** In log order; each begins where the one before ended. */
  readonly batches: readonly FixtureBatch[]
}

/** Items that arrived together, and the offset they reach. */
export interface FixtureBatch {
  readonly to: Offset
  readonly items: readonly unknown[]
  /**
   * Where the device's log was folded, the place that each item kept: of a row, where it first arrived, from 0. Left
   * out, the items follow on from the batch before. A relay that loads the file counts anew.
   */
  readonly places?: readonly number[]
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
  const lines = batches.map(({ to, items, places }) => JSON.stringify({ to, items, places }))
  return `{"strand":${VERSION},"batches":[\n${lines.join(',\n')}\n]}\n`
}

/** Takes what `writeFixture` wrote, also laid out anew by a formatter; throws `FixtureError` for anything else. */
export function readFixture(text: string): Fixture {
  const lines = elementLines(text)
  const { strand, batches } = (JSON.parse(text) ?? {}) as { readonly [field: string]: unknown }
  if (strand !== VERSION || !Array.isArray(batches))
    throw new FixtureError(1, `a fixture is {"strand": ${VERSION}, "batches": [...]}`)
  let head: Offset = OFFSET_START
  let end = 0
  return {
    batches: batches.map((value: unknown, index) => {
      const line = lines[index] ?? 1
      const batch = batchOf(value, line)
      if (compareOffsets(head, batch.to) >= 0)
        throw new FixtureError(line, `offset ${batch.to} does not lie after ${head}`)
      const { items, places } = batch
      if (
        places?.some((place, at) => !Number.isSafeInteger(place) || place < (places[at - 1] ?? end - 1) + 1)
      )
        throw new FixtureError(line, 'places are whole numbers that rise')
      head = batch.to
      end = (places?.at(-1) ?? end + items.length - 1) + 1
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
  const { to, items, places } = (value ?? {}) as { readonly [field: string]: unknown }
  if (typeof to !== 'string' || to === '' || !Array.isArray(items))
    throw new FixtureError(line, 'a batch is {"to": offset, "items": [...]}')
  if (places === undefined) return { to, items }
  if (!Array.isArray(places) || places.length !== items.length)
    throw new FixtureError(line, 'there is a place for each item')
  return { to, items, places }
}
