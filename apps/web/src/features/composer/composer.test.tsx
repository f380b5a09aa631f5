import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { createRef } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Composer, type ComposerHandle } from './composer.tsx'
import { MESSAGE_LIMIT } from './limit.ts'

beforeEach(() => localStorage.clear())
afterEach(cleanup)

function show(send = vi.fn(async (_text: string) => undefined), session = 'one') {
  const ref = createRef<ComposerHandle>()
  const view = render(<Composer ref={ref} session={session} title="Tides" send={send} />)
  const input = screen.getByTestId<HTMLTextAreaElement>('composer-input')
  const type = (value: string) => fireEvent.change(input, { target: { value } })
  return { send, input, type, ref, ...view }
}

test('Enter sends and empties the field', () => {
  const { send, input, type } = show()
  type('hello')
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(send).toHaveBeenCalledExactlyOnceWith('hello', [])
  expect(input.value).toBe('')
})

test('Shift+Enter breaks the line, and so does Enter while a word is being composed', () => {
  const { send, input, type } = show()
  type('hello')
  fireEvent.keyDown(input, { key: 'Enter', shiftKey: true })
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true })
  expect(send).not.toHaveBeenCalled()
})

test('a blank message is not sent (S4-8)', () => {
  const { send, input, type } = show()
  type(' \n ')
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(send).not.toHaveBeenCalled()
  expect(screen.getByTestId<HTMLButtonElement>('composer-send').disabled).toBe(true)
})

test('what could not be kept comes back with the reason, before what was typed since', async () => {
  const { input, type } = show(vi.fn().mockRejectedValue(new Error('This is longer than a message may be.')))
  type('very long')
  fireEvent.keyDown(input, { key: 'Enter' })
  type('next')
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('longer than'))
  expect(input.value).toBe('very long\nnext')
})

test('a text over the limit is kept and said to be too long; a paste over it is not taken in', () => {
  const { send, input, type } = show()
  type('a'.repeat(MESSAGE_LIMIT + 1))
  fireEvent.keyDown(input, { key: 'Enter' })
  expect(send).not.toHaveBeenCalled()
  expect(screen.getByRole('alert').textContent).toContain('in parts')
  expect(input.value).toHaveLength(MESSAGE_LIMIT + 1)
  type('short')
  expect(screen.queryByRole('alert')).toBeNull()
  const clipboardData = { getData: () => 'a'.repeat(MESSAGE_LIMIT) }
  expect(fireEvent.paste(input, { clipboardData })).toBe(false)
  expect(screen.getByRole('alert').textContent).toContain('in parts')
})

test('a draft survives, each session has its own', () => {
  const first = show()
  first.type('half a thought')
  first.unmount()
  expect(show(undefined, 'two').input.value).toBe('')
  cleanup()
  expect(show().input.value).toBe('half a thought')
})

test('sending ends the draft', () => {
  const first = show()
  first.type('done')
  fireEvent.keyDown(first.input, { key: 'Enter' })
  first.unmount()
  expect(show().input.value).toBe('')
})

test('a refused message can be taken back, beside what is being typed', async () => {
  const { ref, input, type } = show()
  type('now')
  ref.current?.take('before')
  await waitFor(() => expect(input.value).toBe('before\nnow'))
})

test('where nothing can be written the field says why', () => {
  render(<Composer session="one" title="Tides" send={vi.fn()} closed="This session was deleted" />)
  const input = screen.getByTestId<HTMLTextAreaElement>('composer-input')
  expect(input.disabled).toBe(true)
  expect(input.placeholder).toBe('This session was deleted')
})
