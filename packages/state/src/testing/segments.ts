/** A stretch of a log as the client keeps it on disk. */
export interface StoredSegment {
  readonly stream: string
  readonly n: number
  readonly count: number
  readonly from: string
  readonly to: string
  readonly bytes: Uint8Array
  readonly places?: Uint32Array
}

/** The segments of the stream `room` in the database `name`, after `change` has given others for them. */
export async function segmentsOf(
  name: string,
  change: (segment: StoredSegment) => StoredSegment = (segment) => segment,
): Promise<StoredSegment[]> {
  const db = await done(indexedDB.open(`${name}-3`))
  const store = db.transaction('segments', 'readwrite').objectStore('segments')
  const found = (await done(store.getAll())) as StoredSegment[]
  const segments = found.map(change)
  await Promise.all(segments.map((segment) => done(store.put(segment))))
  db.close()
  return segments.filter(({ stream }) => stream.endsWith('/room'))
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
