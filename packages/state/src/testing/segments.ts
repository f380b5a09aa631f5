/** A stretch of a log as the client keeps it on disk. */
export interface StoredSegment {
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
  const [keys, segments] = await Promise.all([done(store.getAllKeys()), done(store.getAll())])
  const changed = (segments as StoredSegment[]).map((segment, at) => ({
    key: keys[at] as [stream: string, n: number],
    segment: change(segment),
  }))
  await Promise.all(changed.map(({ key, segment }) => done(store.put(segment, key))))
  db.close()
  return changed.filter(({ key: [stream] }) => stream.endsWith('/room')).map(({ segment }) => segment)
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
