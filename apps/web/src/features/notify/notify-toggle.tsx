import { useEffect, useState } from 'react'
import { useReadable } from '../../sync/use-readable.ts'
import { BellIcon } from '../../ui/icons.tsx'
import { wished } from './notify.ts'
import './notify.css'

/** Asks to be told of news while the page is out of sight. */
export function NotifyToggle() {
  const wish = useReadable(wished)
  const [permission, setPermission] = useState<NotificationPermission>('default')
  // Asking stops the page until the browser's own process has answered: not before there is something to see.
  useEffect(() => setPermission(globalThis.Notification?.permission ?? 'default'), [])
  if (!('Notification' in globalThis)) return null
  const on = wish && permission === 'granted'
  const label =
    permission === 'denied'
      ? 'Notifications: forbidden by the browser'
      : `Notifications: ${on ? 'on' : 'off'}`
  const toggle = async () => {
    const granted = on ? permission : await Notification.requestPermission()
    setPermission(granted)
    wished.set(!on && granted === 'granted')
  }
  return (
    <button
      type="button"
      className="icon-button notify-toggle"
      aria-label={label}
      title={label}
      data-on={on}
      data-testid="notify-toggle"
      disabled={permission === 'denied'}
      onClick={() => void toggle()}
    >
      <BellIcon />
    </button>
  )
}
