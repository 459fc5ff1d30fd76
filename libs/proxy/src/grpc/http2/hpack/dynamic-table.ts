import type { HeaderField } from './header-field'

/** Of a field, besides its texts. */
const FIELD_SIZE = 32

/** Fields that a connection said before, the newest first; as many as fit into its size. Source: RFC 7541, 2.3.2 and 4 */
export class DynamicTable {
  /** Oldest first. */
  private readonly fields: HeaderField[] = []
  private size = 0

  constructor(private sizeMax: number) {}

  /** 0 is the newest. */
  at(index: number): HeaderField | undefined {
    return this.fields[this.fields.length - 1 - index]
  }

  add(field: HeaderField): void {
    this.size += sizeOf(field)
    this.fields.push(field)
    this.evict()
  }

  resize(sizeMax: number): void {
    this.sizeMax = sizeMax
    this.evict()
  }

  private evict(): void {
    let count = 0
    while (this.size > this.sizeMax) {
      this.size -= sizeOf(this.fields[count] as HeaderField)
      count += 1
    }
    if (count > 0) this.fields.splice(0, count)
  }
}

/** As it counts in tables and lists. */
export function sizeOf({ name, value }: HeaderField): number {
  return name.length + value.length + FIELD_SIZE
}
