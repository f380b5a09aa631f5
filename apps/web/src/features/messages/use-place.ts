import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { keepPlace, placeIn } from './places.ts'
import type { Row } from './rows.ts'

interface UsePlaceOptions {
  readonly session: string
  readonly rows: readonly Row[]
  readonly scroller: RefObject<HTMLElement | null>
  readonly list: Virtualizer<HTMLElement, HTMLLIElement>
  readonly atEnd: boolean
}

/** After the last scrolling (ms). */
const PAUSE = 400

/** Opens a session where its reader left it, and notes where that is. Who was at the end comes back to the end. */
export function usePlace({ session, rows, scroller, list, atEnd }: UsePlaceOptions): void {
  const latest = useRef({ rows, atEnd })
  useEffect(() => {
    latest.current = { rows, atEnd }
  })

  useLayoutEffect(() => {
    const place = placeIn(session)
    const index = place ? latest.current.rows.findIndex(({ key }) => key === place.key) : -1
    if (!place || index < 0) return list.scrollToEnd()
    list.scrollToIndex(index, { align: 'start' })
    // Rows are measured as they are drawn: the last pixels can be told only then.
    let frames = 0
    let frame = requestAnimationFrame(function settle() {
      const element = scroller.current
      const row = element?.querySelector(`[data-index="${index}"]`)
      if (element && row) {
        const past = element.getBoundingClientRect().top - row.getBoundingClientRect().top
        element.scrollTop += place.past - past
      }
      frames += 1
      if (frames < 4) frame = requestAnimationFrame(settle)
    })
    return () => cancelAnimationFrame(frame)
  }, [session, list, scroller])

  useEffect(() => {
    const element = scroller.current
    if (!element) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const note = () => {
      clearTimeout(timer)
      timer = undefined
      keepPlace(session, latest.current.atEnd ? undefined : placeOf(element, latest.current.rows))
    }
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(note, PAUSE)
    }
    const now = () => {
      if (timer !== undefined) note()
    }
    element.addEventListener('scroll', later, { passive: true })
    addEventListener('pagehide', now)
    return () => {
      element.removeEventListener('scroll', later)
      removeEventListener('pagehide', now)
      clearTimeout(timer)
    }
  }, [session, scroller])
}

/** The first row whose end is in sight. */
function placeOf(scroller: HTMLElement, rows: readonly Row[]) {
  const { top } = scroller.getBoundingClientRect()
  for (const slot of scroller.querySelectorAll<HTMLElement>('[data-index]')) {
    const box = slot.getBoundingClientRect()
    if (box.bottom <= top) continue
    const row = rows[Number(slot.dataset.index)]
    return row && { key: row.key, past: Math.round(top - box.top) }
  }
  return undefined
}
