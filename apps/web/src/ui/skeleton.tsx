const WIDTHS = ['46%', '82%', '64%', '38%', '74%']

export function Skeleton() {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {WIDTHS.map((width) => (
        <div key={width} className="skeleton-row" style={{ '--skeleton-width': width }}>
          <span />
          <span />
        </div>
      ))}
    </div>
  )
}
