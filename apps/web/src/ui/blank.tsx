import type { ReactNode } from 'react'
import { WaveIcon } from './icons.tsx'

interface BlankProps {
  readonly title: string
  readonly children: ReactNode
  readonly testId?: string
}

/** A pane with nothing in it yet, and what to do about it. */
export function Blank({ title, children, testId }: BlankProps) {
  return (
    <section className="blank" data-testid={testId}>
      <span className="blank-sign">
        <WaveIcon size={26} />
      </span>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
