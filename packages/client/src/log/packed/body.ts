import { aligned, type Head, PREFIX, type Section } from './form.ts'

/** What is in packed items beside the head. */
export interface Body {
  section(values: ArrayBufferView): Section
  /** Where strings that are added next will begin. */
  texts(): { readonly ascii: number; readonly wide: number }
  /** Adds a string; gives back what stands for it in a text column. */
  text(value: string): number
  /** All of it, as bytes. */
  end(head: Omit<Head, 'ascii' | 'wide'>): Uint8Array
}

/** As ASCII in UTF-8, and so one byte a character in memory too. */
const PLAIN = /^[ -~\t\n\r]*$/

export function createBody(): Body {
  const encoder = new TextEncoder()
  const parts: { readonly at: number; readonly bytes: Uint8Array }[] = []
  let size = 0
  const ascii = { texts: [] as string[], length: 0 }
  const wide = { texts: [] as string[], length: 0 }

  const section = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Section => {
    const at = size
    parts.push({ at, bytes: new Uint8Array(buffer, byteOffset, byteLength) })
    size += aligned(byteLength)
    return [at, byteLength]
  }

  return {
    section,
    texts: () => ({ ascii: ascii.length, wide: wide.length }),
    text(value) {
      const plain = PLAIN.test(value)
      const { texts } = plain ? ascii : wide
      texts.push(value)
      if (plain) ascii.length += value.length
      else wide.length += value.length
      return value.length * 2 + (plain ? 0 : 1)
    },
    end(head) {
      const all: Head = {
        ...head,
        ascii: section(encoder.encode(ascii.texts.join(''))),
        wide: section(encoder.encode(wide.texts.join(''))),
      }
      const front = encoder.encode(JSON.stringify(all))
      const start = aligned(PREFIX + front.byteLength)
      const bytes = new Uint8Array(start + size)
      new Uint32Array(bytes.buffer, 0, 1)[0] = front.byteLength
      bytes.set(front, PREFIX)
      for (const part of parts) bytes.set(part.bytes, start + part.at)
      return bytes
    },
  }
}
