import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { theme } from './theme.ts'
import { ThemeToggle } from './theme-toggle.tsx'

beforeEach(() => theme.set('system'))
afterEach(cleanup)

test('goes from the system to light to dark and back, and is kept where the page looks before it draws', () => {
  render(<ThemeToggle />)
  const button = screen.getByTestId('theme-toggle')
  const seen = [0, 1, 2].map(() => {
    fireEvent.click(button)
    return [document.documentElement.dataset.theme, localStorage.getItem('strandline:theme')]
  })
  expect(seen).toEqual([
    ['light', 'light'],
    ['dark', 'dark'],
    [undefined, null],
  ])
})

test('says what is chosen', () => {
  theme.set('dark')
  render(<ThemeToggle />)
  expect(screen.getByRole('button').getAttribute('aria-label')).toBe('Theme: dark')
})
