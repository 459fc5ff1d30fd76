/**
 * Name of an index file that is made now: the local time as `yyyyMMddHHmmssSSS`. Always behind the last one, as files are
 * found in the order of their names. Source: common/UtilAll.java (timeMillisToHumanString)
 */
export function indexFileName(nowMs: number, lastName: string | null): string {
  const time = new Date(nowMs)
  const parts: readonly (readonly [number, number])[] = [
    [time.getFullYear(), 4],
    [time.getMonth() + 1, 2],
    [time.getDate(), 2],
    [time.getHours(), 2],
    [time.getMinutes(), 2],
    [time.getSeconds(), 2],
    [time.getMilliseconds(), 3],
  ]
  const name = parts.map(([value, digits]) => String(value).padStart(digits, '0')).join('')
  return lastName !== null && name <= lastName ? String(BigInt(lastName) + 1n).padStart(name.length, '0') : name
}
