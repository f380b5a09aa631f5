const ROWS = [1, 2, 3, 4, 5]

export function Skeleton() {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {ROWS.map((row) => (
        <div key={row} className="skeleton-row">
          <span />
          <span />
        </div>
      ))}
    </div>
  )
}
