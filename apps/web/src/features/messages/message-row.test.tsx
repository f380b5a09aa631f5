import type { PendingWrite } from '@strandline/client'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Message } from '../../schema.ts'
import { MessageRow, type MessageRowProps } from './message-row.tsx'

afterEach(cleanup)

const message: Message = {
  id: 'm1',
  author: 'u-0000000001',
  name: 'Ada',
  at: Date.UTC(2026, 1, 2),
  text: 'hello',
}

function show(props: Partial<MessageRowProps> = {}) {
  const actions = { retry: vi.fn(), edit: vi.fn(), discard: vi.fn() }
  const given = {
    message,
    opens: true,
    late: false,
    write: undefined,
    me: 'u-2',
    connection: 'live',
    session: 's',
  } as const
  render(<MessageRow {...given} actions={actions} {...props} />)
  return { actions, row: screen.getByTestId('message') }
}

function write(state: PendingWrite['state']): PendingWrite {
  const error = state === 'rejected' ? { error: { code: 'refused', message: 'no' } as const } : {}
  return { txid: 't', stream: 's', state, attempts: 1, keys: [], items: [], ...error }
}

test('a message in the log carries no mark', () => {
  const { row } = show()
  expect(row.dataset.messageId).toBe('m1')
  expect(row.dataset.pendingState).toBe('none')
  expect(screen.queryByTestId('pending-mark')).toBeNull()
  expect(row.getAttribute('aria-label')).toContain('Ada')
})

test('a message that waits says so to eyes and ears', () => {
  const { row } = show({ write: write('saved') })
  expect(row.dataset.pendingState).toBe('saved')
  expect(screen.getByTestId('pending-mark').textContent).toBe('Waiting to be sent')
})

test('a refused message offers retry, edit and discard', () => {
  const refused = write('rejected')
  const { actions } = show({ write: refused })
  for (const name of ['Retry', 'Edit', 'Discard']) fireEvent.click(screen.getByRole('button', { name }))
  expect(actions.retry).toHaveBeenCalledWith(refused, message)
  expect(actions.edit).toHaveBeenCalledWith(refused, message)
  expect(actions.discard).toHaveBeenCalledWith(refused, message)
})

test('a text is never markup; its links open elsewhere, without a way back', () => {
  const { row } = show({ message: { ...message, text: '<img src=x onerror=alert(1)> https://a.example/' } })
  expect(row.querySelector('img')).toBeNull()
  expect(row.textContent).toContain('<img src=x')
  const link = screen.getByRole('link')
  expect(link.getAttribute('href')).toBe('https://a.example/')
  expect(link.getAttribute('rel')).toContain('noopener')
  expect(link.getAttribute('target')).toBe('_blank')
})

test('a very long text is shown on demand', () => {
  const { row } = show({ message: { ...message, text: 'a'.repeat(5000) } })
  expect(row.textContent).not.toContain('a'.repeat(4001))
  fireEvent.click(screen.getByRole('button', { name: /more letters/u }))
  expect(row.textContent).toContain('a'.repeat(5000))
})
