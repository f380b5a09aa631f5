import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { keepPlace, placeIn } from './places.ts'
import type { Row } from './rows.ts'

/** A place, in rows: how far (px) the one at the top had gone past. */
export interface PlaceAmong {
  readonly index: number
  readonly past: number
}

interface UsePlaceOptions {
  readonly session: string
  readonly rows: readonly Row[]
  readonly scroller: RefObject<HTMLElement | null>
  readonly list: Virtualizer<HTMLElement, HTMLLIElement>
  readonly atEnd: boolean
  /** Where the reader was; the end, if not given. */
  readonly place: PlaceAmong | undefined
}

/** After the last scrolling (ms). */
const PAUSE = 400

/** Where a reader was in a session, if that row is still there. */
export function placeAmong(session: string, rows: readonly Row[]): PlaceAmong | undefined {
  const place = placeIn(session)
  const index = place ? rows.findIndex(({ key }) => key === place.key) : -1
  return place && index >= 0 ? { index, past: place.past } : undefined
}

/** Opens a session where its reader left it, and notes where that is. Who was at the end comes back to the end. */
export function usePlace({ session, rows, scroller, list, atEnd, place }: UsePlaceOptions): void {
  const latest = useRef({ rows, atEnd })
  useEffect(() => {
    latest.current = { rows, atEnd }
  })

  useLayoutEffect(() => {
    if (!place) return list.scrollToEnd()
    const { index, past: wanted } = place
    list.scrollToIndex(index, { align: 'start' })
    // Rows are measured as they are drawn: the last pixels can be told only then.
    let frames = 0
    let frame = requestAnimationFrame(function settle() {
      const element = scroller.current
      const row = element?.querySelector(`[data-index="${index}"]`)
      if (element && row) {
        const past = element.getBoundingClientRect().top - row.getBoundingClientRect().top
        element.scrollTop += wanted - past
      }
      frames += 1
      if (frames < 4) frame = requestAnimationFrame(settle)
    })
    return () => cancelAnimationFrame(frame)
  }, [list, scroller, place])

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
