/** A property descriptor for each name: getters read from, and methods are called on, the object `make` returns. */
export function delegates<T extends object>(
  make: (self: object) => T,
  getters: readonly (keyof T)[],
  methods: readonly (keyof T)[],
): PropertyDescriptorMap {
  const descriptors: PropertyDescriptorMap = {}
  for (const name of getters) {
    descriptors[name as string] = {
      get(this: object) {
        return make(this)[name]
      },
    }
  }
  for (const name of methods) {
    descriptors[name as string] = {
      value(this: object, ...args: unknown[]) {
        const target = make(this)
        return Reflect.apply(target[name] as (...args: unknown[]) => unknown, target, args)
      },
    }
  }
  return descriptors
}
