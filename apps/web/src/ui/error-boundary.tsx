import { Component, type ReactNode } from 'react'
import { Blank } from './blank.tsx'

interface ErrorBoundaryProps {
  readonly children: ReactNode
  /** Stands above what is said of the fault: the way out of here. */
  readonly head?: ReactNode
}

/** Stands between a fault in one pane and the rest of the app. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: unknown }> {
  override state = { error: undefined as unknown }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <>
        {this.props.head}
        <Blank title="This could not be shown" testId="fault">
          <p>Something in this app is broken. What you wrote is kept on this device.</p>
          <p className="fault-detail">{error instanceof Error ? error.message : String(error)}</p>
          <button type="button" className="button button-quiet" onClick={() => location.reload()}>
            Reload
          </button>
        </Blank>
      </>
    )
  }
}
