/** Whether `close` came to its end within `ms`, in which case it must not have failed either. */
export async function closesWithin(close: () => Promise<void>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([close().then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
