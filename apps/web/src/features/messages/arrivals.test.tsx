import { type StreamStatus, writable } from '@strandline/client'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Message } from '../../schema.ts'
import { showTitle, watchTitle } from '../../ui/page-title.ts'
import { Arrivals } from './arrivals.tsx'

const base = { storage: 'indexeddb', leader: true, synced: true, pending: 0 } as const
const live: StreamStatus = { ...base, state: 'live', transport: 'sse' }
const catchingUp: StreamStatus = { ...base, state: 'catching-up', items: 1 }
let stopTitle: () => void

beforeEach(() => {
  stopTitle = watchTitle()
  showTitle('Tides')
})

afterEach(() => {
  cleanup()
  look(false)
  stopTitle()
})

function look(hidden: boolean) {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden)
  document.dispatchEvent(new Event('visibilitychange'))
}

function show(status: StreamStatus) {
  let tell: (changes: { type: string; value: Message }[]) => void = () => undefined
  const collection = {
    subscribeChanges(listener: typeof tell) {
      tell = listener
      return { unsubscribe() {} }
    },
  }
  const still = { subscribeChanges: () => ({ unsubscribe() {} }) }
  const collections = { messages: collection, approvals: still, runs: still }
  const db = { status: writable(status), collections }
  render(<Arrivals db={db as never} session={{ id: 's', title: 'Tides' }} me="me" />)
  return (author: string, type = 'insert') =>
    act(() => tell([{ type, value: { id: author, author, at: 0, text: 'ahoy' } }]))
}

test('what others write while it is live is read out', () => {
  const arrive = show(live)
  arrive('alice')
  expect(screen.getByRole('log').textContent).toBe('alice: ahoy')
})

test('a catch-up, an edit and what one wrote oneself are not', () => {
  const arrive = show(catchingUp)
  arrive('alice')
  cleanup()
  const arriveLive = show(live)
  arriveLive('me')
  arriveLive('alice', 'update')
  expect(screen.getByRole('log').textContent).toBe('')
})

test('a hidden tab counts them in its title until someone looks', () => {
  const arrive = show(live)
  arrive('alice')
  expect(document.title).toBe('Tides · Strandline')
  look(true)
  arrive('alice')
  arrive('bob')
  expect(document.title).toBe('(2) Tides · Strandline')
  showTitle('Currents')
  expect(document.title).toBe('(2) Currents · Strandline')
  look(false)
  expect(document.title).toBe('Currents · Strandline')
})
