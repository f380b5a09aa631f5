import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { createRef } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { SessionList } from './session-list.tsx'

afterEach(cleanup)

const listings = ['a', 'b', 'c'].map((id) => ({
  session: { id, title: `Session ${id}`, createdAt: 0, createdBy: 'u-1' },
  shared: id !== 'b',
  lastAt: 0,
  unread: id !== 'b',
  active: false,
}))

function show(current?: string) {
  const leave = vi.fn()
  const list = createRef<HTMLUListElement>()
  render(
    <SessionList list={list} listings={listings} waiting={new Set(['c'])} current={current} leave={leave} />,
  )
  const items = screen.getAllByTestId<HTMLAnchorElement>('session-item')
  const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key })
  return { items, press, leave }
}

test('one stop for the Tab key: the session that is open, else the first', () => {
  expect(show('b').items.map(({ tabIndex }) => tabIndex)).toEqual([-1, 0, -1])
  cleanup()
  expect(show().items.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1])
})

test('arrows, Home and End move inside; up from the first leaves', () => {
  const { items, press, leave } = show()
  items[0]?.focus()
  press('ArrowDown')
  expect(document.activeElement).toBe(items[1])
  press('End')
  press('ArrowDown')
  expect(document.activeElement).toBe(items[2])
  press('Home')
  expect(document.activeElement).toBe(items[0])
  press('ArrowUp')
  expect(leave).toHaveBeenCalledOnce()
})

test('the open session and those not sent yet say so', () => {
  const { items } = show('a')
  expect(items[0]?.getAttribute('aria-current')).toBe('page')
  expect(items[1]?.textContent).toContain('Only on this device')
  expect(items[2]?.textContent).toContain('Waiting to be sent')
})

test('addresses are the sessions’ own', () => {
  expect(show().items[0]?.getAttribute('href')).toBe('/s/a')
})

test('what is unread says so, but for the one that is open', () => {
  expect(show('a').items.map(({ dataset }) => dataset.unread)).toEqual(['false', 'false', 'true'])
})
