/** Of a file that the server has refused a piece of. */
export const STUCK = 'Not sent. Try again'

export function progressText(share: number, sending: boolean): string {
  return `${sending ? 'Sending' : 'Receiving'} ${Math.floor(share * 100)}%`
}

export function Progress({ share, label }: { readonly share: number; readonly label: string }) {
  return (
    <progress
      className="file-progress"
      max={1}
      value={share}
      aria-label={label}
      data-testid="attachment-progress"
    />
  )
}
