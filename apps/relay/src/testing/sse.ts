/** Reads an SSE answer event by event. */
export class SseReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder = new TextDecoder()
  #text = ''

  constructor(response: Response) {
    if (!response.body) throw new Error('an SSE answer has a body')
    this.#reader = response.body.getReader()
  }

  /** The next block, comments included, as `{ event, data }`; undefined at the end. */
  async next(): Promise<{ event: string; data: string } | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const block = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        return parse(block)
      }
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      this.#text += this.#decoder.decode(value, { stream: true })
    }
  }

  /** What is left when the answer ends: empty when it ended at a frame edge. */
  get rest(): string {
    return this.#text
  }

  /** Events until the one that says it is up to date or closed, data items and controls apart. */
  async untilUpToDate(): Promise<{ items: unknown[]; controls: Record<string, unknown>[] }> {
    const items: unknown[] = []
    const controls: Record<string, unknown>[] = []
    for (;;) {
      const next = await this.next()
      if (!next) return { items, controls }
      if (next.event === 'data') items.push(...(JSON.parse(next.data) as unknown[]))
      if (next.event !== 'control') continue
      const control = JSON.parse(next.data) as Record<string, unknown>
      controls.push(control)
      if (control.upToDate || control.streamClosed) return { items, controls }
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel()
  }
}

function parse(block: string): { event: string; data: string } {
  if (block.startsWith(':')) return { event: 'comment', data: block.slice(1) }
  const lines = block.split('\n')
  const values = (field: string) =>
    lines
      .filter((line) => line.startsWith(`${field}:`))
      .map((line) => line.slice(field.length + 1).replace(/^ /, ''))
  return { event: values('event').join(''), data: values('data').join('\n') }
}
