import { viewOf } from './view.ts'
import './last-view.css'

/** Read by `public/last-view.js` too, before anything is drawn. */
const KEY = 'strandline:view'
/** Letters of markup: more is not worth the time that it takes to read. */
const LARGEST = 250_000

/**
 * Keeps what is on screen whenever the page is left, for the first moment of the next one. It is a picture of rows and
 * stands until the rows themselves are there, which come from the log as ever.
 */
export function keepView(root: HTMLElement): void {
  const app = document.querySelector('script[type="module"]')?.getAttribute('src')
  const keep = () => {
    const html = viewOf(root)
    if (html === undefined || html.length > LARGEST) return
    try {
      localStorage.setItem(KEY, JSON.stringify({ page: location.pathname, app, html }))
    } catch {
      // No room, or storage is blocked: the next page begins with its frame.
    }
  }
  addEventListener('pagehide', keep)
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) keep()
  })
}

/** Whether the picture of an earlier page is on screen. */
export function showsLastView(root: HTMLElement): boolean {
  return root.querySelector(':scope > [data-last-view]') !== null
}
