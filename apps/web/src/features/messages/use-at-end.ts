import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** Closer to the end than this (px) counts as being there. */
export const AT_END = 72

/**
 * Whether the reader is at the end. Only scrolling up leaves it: where the room shrinks, by a growing composer or a
 * turned phone, and where rows grow, as an answer does, who was at the end is brought back to it.
 */
export function useAtEnd(
  scroller: RefObject<HTMLElement | null>,
  scrollToEnd: () => void,
  initially: boolean,
): boolean {
  const [atEnd, setAtEnd] = useState(initially)
  const latest = useRef(atEnd)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    let top = element.scrollTop
    const look = () => {
      const near = element.scrollHeight - element.clientHeight - element.scrollTop <= AT_END
      latest.current = near || (latest.current && element.scrollTop >= top)
      top = element.scrollTop
      setAtEnd(latest.current)
    }
    const observer = new ResizeObserver(() => {
      if (latest.current) scrollToEnd()
    })
    element.addEventListener('scroll', look, { passive: true })
    observer.observe(element)
    if (element.firstElementChild) observer.observe(element.firstElementChild)
    return () => {
      element.removeEventListener('scroll', look)
      observer.disconnect()
    }
  }, [scroller, scrollToEnd])
  return atEnd
}
