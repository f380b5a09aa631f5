import { renderToString } from 'react-dom/server'
import { Room } from './room.tsx'

/** The page as a server sends it: it has no device to read from. */
export function renderPage(): string {
  return renderToString(<Room room="harbour" />)
}
