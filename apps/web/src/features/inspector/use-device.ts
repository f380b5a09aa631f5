import { useEffect, useState } from 'react'
import { readDevice, type StreamFacts } from './device.ts'

/** How often the device is read while somebody looks (ms). */
const EVERY = 700

export function useDevice(): readonly StreamFacts[] {
  const [facts, setFacts] = useState<readonly StreamFacts[]>([])
  useEffect(() => {
    let here = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async () => {
      const found = await readDevice('strandline-chat-').catch(() => [])
      if (!here) return
      setFacts((before) => (JSON.stringify(before) === JSON.stringify(found) ? before : found))
      timer = setTimeout(look, EVERY)
    }
    void look()
    return () => {
      here = false
      clearTimeout(timer)
    }
  }, [])
  return facts
}
