import { type RefObject, useCallback, useLayoutEffect, useMemo, useState } from 'react'
import { estimateHeight } from './estimate.ts'
import type { Row } from './rows.ts'

/** Widths (px) within one step share their estimates. */
const STEP = 48

/** What a virtual list asks of its rows; the functions stay the same until the rows or the width change. */
export function useRowSizes(rows: readonly Row[], scroller: RefObject<HTMLElement | null>) {
  const [width, setWidth] = useState(800)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(Math.round(element.clientWidth / STEP) * STEP))
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])

  const sizes = useMemo(() => ({ width, of: new WeakMap<Row, number>() }), [width])
  const estimateSize = useCallback(
    (index: number) => {
      const row = rows[index]
      if (!row) return 0
      const size = sizes.of.get(row) ?? estimateHeight(row, sizes.width)
      sizes.of.set(row, size)
      return size
    },
    [rows, sizes],
  )
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows])
  return { estimateSize, getItemKey }
}
