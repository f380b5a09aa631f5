import { Skeleton } from './skeleton.tsx'

/** The frame of the app for the moment before its data is read. */
export function Shell() {
  return (
    <div className="app" aria-busy="true">
      <div className="sidebar" />
      <main className="pane">
        <div className="pane-head" />
        <Skeleton />
      </main>
    </div>
  )
}
