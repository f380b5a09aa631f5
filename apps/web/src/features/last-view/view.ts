import { AT_END } from '../messages/use-at-end.ts'

/** What means something to the app, to tests or to those who listen: a picture has none of it. */
const MEANING = ['id', 'role', 'for', 'popovertarget', 'data-testid', 'data-message-id', 'data-index']
/** What is not there when a page begins. */
const PASSING = 'dialog, [popover], .inspector, [role="log"], script'

/**
 * What is on screen, as markup that stands for itself: no row beyond the edges, nothing that could be used.
 * Undefined where the app has not shown its data yet.
 */
export function viewOf(root: HTMLElement): string | undefined {
  const app = root.querySelector<HTMLElement>('.app:not([aria-busy])')
  if (!app) return undefined
  const view = app.cloneNode(true) as HTMLElement
  keepSeen(app, view, '.session-list')
  keepSeen(app, view, '.message-scroller')
  placeRows(app, view)
  for (const [field, copy] of pairs<HTMLTextAreaElement>(app, view, '.composer textarea'))
    copy.textContent = field.value
  for (const [field, copy] of pairs<HTMLInputElement>(app, view, '.session-search input'))
    copy.setAttribute('value', field.value)
  for (const passing of view.querySelectorAll(PASSING)) passing.remove()
  // A blob's address ends with its page.
  for (const picture of view.querySelectorAll('img')) picture.removeAttribute('src')
  for (const element of view.querySelectorAll('*')) for (const name of MEANING) element.removeAttribute(name)
  view.setAttribute('inert', '')
  view.setAttribute('aria-busy', 'true')
  view.dataset.lastView = ''
  return view.outerHTML
}

/** Leaves out the rows of a scroller that are out of sight. */
function keepSeen(app: HTMLElement, view: HTMLElement, selector: string): void {
  for (const [scroller, copy] of pairs<HTMLElement>(app, view, selector)) {
    const { top, bottom } = scroller.getBoundingClientRect()
    const copies = [...copy.querySelectorAll(':scope > li, :scope > ol > li')]
    const rows = [...scroller.querySelectorAll(':scope > li, :scope > ol > li')]
    for (const [at, row] of rows.entries()) {
      const box = row.getBoundingClientRect()
      if (box.bottom <= top || box.top >= bottom) copies[at]?.remove()
    }
  }
}

/** Messages stand where they stood: at the end, whatever the size of the next window, or below the same edge. */
function placeRows(app: HTMLElement, view: HTMLElement): void {
  const scroller = app.querySelector('.message-scroller')
  const list = view.querySelector<HTMLElement>('.message-list')
  if (!scroller || !list) return
  const { top } = scroller.getBoundingClientRect()
  const seen = [...scroller.querySelectorAll('.message-slot')]
    .map((row) => row.getBoundingClientRect())
    .find(({ bottom }) => bottom > top)
  const atEnd = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop <= AT_END
  for (const row of list.children) row.removeAttribute('style')
  list.removeAttribute('style')
  if (atEnd) list.dataset.end = ''
  else list.style.marginTop = `${Math.round((seen?.top ?? top) - top)}px`
}

function pairs<T extends Element>(a: ParentNode, b: ParentNode, selector: string): (readonly [T, T])[] {
  const copies = [...b.querySelectorAll<T>(selector)]
  return [...a.querySelectorAll<T>(selector)].flatMap((element, at) => {
    const copy = copies[at]
    return copy ? [[element, copy] as const] : []
  })
}
