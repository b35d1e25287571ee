/** More objects than any real chain of prototypes has; a proxy can make one without end. */
const longestChain = 100

const { propertyIsEnumerable: isEnumerable } = Object.prototype

/** Reading a field threw. */
export class UnreadableField extends Error {
  constructor(readonly field: string) {
    super()
  }
}

/**
 * Reads the fields of an object and of what it inherits from, the nearer one first, into an object that inherits
 * nothing. What every object has is no field, so that nothing that was put on `Object.prototype` becomes one. A field is
 * what is enumerable or has a getter, and whatever is `known` by name; of inherited functions, which are methods, only
 * the known ones are fields, and they stay methods of their object.
 */
export function readFields(value: object, known: readonly string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null)
  const passed = new Set<string | symbol>()
  let length = 0
  let level: object | null = isObjectPrototype(value) ? null : value
  while (level !== null) {
    length += 1
    if (length > longestChain) throw new RangeError('the chain of prototypes has no end')
    const keys = Reflect.ownKeys(level)
    for (const key of keys) {
      if (typeof key === 'symbol' || passed.has(key)) continue
      // The descriptor of a field that is enumerable is not needed, and slow.
      if (!isEnumerable.call(level, key) && !known.includes(key)) {
        if (Reflect.getOwnPropertyDescriptor(level, key)?.get === undefined) continue
      }
      const field = readField(value, key)
      if (level === value || typeof field !== 'function') fields[key] = field
      else if (known.includes(key)) fields[key] = field.bind(value)
    }
    const next: object | null = Reflect.getPrototypeOf(level)
    if (next === null || isObjectPrototype(next)) break
    for (const key of keys) passed.add(key)
    level = next
  }
  return fields
}

/** A copy that inherits nothing, so that an absent field is not found on `Object.prototype`. */
export function ownFields<T extends object>(value: T): T {
  return Object.assign(Object.create(null), value)
}

function readField(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key)
  } catch {
    throw new UnreadableField(key)
  }
}

/** `Object.prototype`, of this realm or another. */
function isObjectPrototype(level: object): boolean {
  if (level === Object.prototype) return true
  return Object.hasOwn(level, 'isPrototypeOf') && Reflect.getPrototypeOf(level) === null
}

/** Whether an object is of no class, so that all it holds can be seen. */
export function isPlain(value: object): boolean {
  const parent = Reflect.getPrototypeOf(value)
  return parent === null || isObjectPrototype(parent)
}
