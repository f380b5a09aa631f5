import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** Closer to the end than this (px) counts as being there. */
export const AT_END = 72

/**
 * Whether the reader is at the end. Only scrolling decides it: where the room shrinks, by a growing composer or
 * a turned phone, who was at the end is brought back to it.
 */
export function useAtEnd(scroller: RefObject<HTMLElement | null>, scrollToEnd: () => void): boolean {
  const [atEnd, setAtEnd] = useState(true)
  const latest = useRef(atEnd)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = () => {
      latest.current = element.scrollHeight - element.clientHeight - element.scrollTop <= AT_END
      setAtEnd(latest.current)
    }
    const observer = new ResizeObserver(() => {
      if (latest.current) scrollToEnd()
    })
    element.addEventListener('scroll', look, { passive: true })
    observer.observe(element)
    return () => {
      element.removeEventListener('scroll', look)
      observer.disconnect()
    }
  }, [scroller, scrollToEnd])
  return atEnd
}
