import { readFile } from 'node:fs/promises'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { App } from './app.tsx'

afterEach(cleanup)

test('the README shows this code', async () => {
  const readme = await readFile('README.md', 'utf8')
  const shown = /```tsx\n([\s\S]*?)```/.exec(readme)?.[1]
  expect(await readFile('examples/readme/src/app.tsx', 'utf8')).toBe(shown)
})

test('it adds a row and shows it, with no relay in reach', async () => {
  render(<App />)
  fireEvent.click(await screen.findByRole('button', { name: 'Add' }))
  expect(await screen.findByText('Mend the net')).toBeDefined()
})
