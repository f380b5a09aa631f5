import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { estimateHeight, textWidth } from './estimate.ts'
import type { Row } from './rows.ts'
import { letterWidths } from './wrap.ts'

const SIZE = 15
const FONT = `${SIZE}px "Inter Variable", system-ui, sans-serif`

/** What a virtual list asks of its rows; the functions stay the same until the rows or the width change. */
export function useRowSizes(rows: readonly Row[], scroller: RefObject<HTMLElement | null>) {
  const [width, setWidth] = useState(() => textWidth(globalThis.innerWidth))
  const letters = useLetters()
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = () => setWidth(textWidth(element.clientWidth))
    const observer = new ResizeObserver(look)
    look()
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])

  const sizes = useMemo(() => ({ width, letters, of: new WeakMap<Row, number>() }), [width, letters])
  const estimateSize = useCallback(
    (index: number) => {
      const row = rows[index]
      if (!row) return 0
      const size = sizes.of.get(row) ?? estimateHeight(row, sizes.width, sizes.letters)
      sizes.of.set(row, size)
      return size
    },
    [rows, sizes],
  )
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows])
  return { estimateSize, getItemKey, measureElement }
}

/**
 * A row is measured by its observer, all new ones at once and before they are painted. Read one by one as they are
 * mounted, each would be laid out anew after the one before it was put in its place: 0.4 s of a slow phone's start.
 */
function measureElement(
  element: HTMLLIElement,
  entry: ResizeObserverEntry | undefined,
  list: Virtualizer<HTMLElement, HTMLLIElement>,
): number {
  const [box] = entry?.borderBoxSize ?? []
  if (box) return Math.round(box.blockSize)
  const index = list.indexFromElement(element)
  return list.itemSizeCache.get(list.options.getItemKey(index)) ?? list.options.estimateSize(index)
}

/** The widths of the letters that will be drawn: those of the page's own font, once it is there. */
function useLetters() {
  const [letters, setLetters] = useState(() => letterWidths(FONT, SIZE))
  useEffect(() => {
    let here = true
    const fonts = globalThis.document.fonts
    if (!fonts || fonts.check(FONT)) return
    fonts.load(FONT).then(
      () => here && setLetters(letterWidths(FONT, SIZE)),
      () => undefined,
    )
    return () => {
      here = false
    }
  }, [])
  return letters
}
