import type { Append, Create, ForkPoint, Verdict } from '../command.ts'
import { decide } from '../decide.ts'
import { newIncarnation } from '../incarnation.ts'
import type { StreamState } from '../state.ts'
import type { Store } from '../stores/store.ts'

export const NOW = 1_000_000
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString()

export interface Hand {
  create(path: string, more?: Partial<Create>): Promise<Verdict>
  append(path: string, body: string, more?: Partial<Append>): Promise<Verdict>
  remove(path: string): Promise<Verdict>
  /** Throws when there is nothing at the path. */
  head(path: string): Promise<StreamState>
  /** All bytes from a position on, as text. */
  readAll(path: string, from?: number): Promise<string | undefined>
  forkOf(path: string, cut: number): Promise<ForkPoint>
}

/** The store that `current` gives, handled with a few words. */
export function handOf(current: () => Store): Hand {
  const create = (path: string, more: Partial<Create> = {}): Promise<Verdict> => {
    const command: Create = {
      type: 'create',
      path,
      now: NOW,
      fresh: newIncarnation(),
      contentType: 'text/plain',
      lifetime: { kind: 'forever' },
      closed: false,
      bytes: bytes(''),
      ...more,
    }
    return current().commit({ path, source: command.fork?.path }, (known) => decide(known, command))
  }
  const append = (path: string, body: string, more: Partial<Append> = {}): Promise<Verdict> => {
    const command: Append = {
      type: 'append',
      path,
      now: NOW,
      contentType: 'text/plain',
      bytes: bytes(body),
      close: false,
      ...more,
    }
    return current().commit({ path, producer: command.producer?.id }, (known) => decide(known, command))
  }
  const remove = (path: string) =>
    current().commit({ path }, (known) => decide(known, { type: 'delete', path, now: NOW }))
  const head = async (path: string): Promise<StreamState> => {
    const state = await current().head(path)
    if (!state) throw new Error(`nothing at ${path}`)
    return state
  }
  const readAll = async (path: string, from = 0) => {
    const page = await current().read(await head(path), from, 1e9)
    return page && text(page.chunks)
  }
  const forkOf = async (path: string, cut: number) => ({
    path,
    incarnation: (await head(path)).incarnation,
    anchor: cut,
    sub: 0,
    cut,
  })

  return { create, append, remove, head, readAll, forkOf }
}
