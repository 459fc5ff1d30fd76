/** What `deleteWhen` looks like: hours of the day, such as `04` or `04;16`. */
export const DELETE_WHEN = /^([01]?\d|2[0-3])(;([01]?\d|2[0-3]))*$/

/** True if it is one of those hours where the broker is. Source: common/UtilAll.java (isItTimeToDo) */
export function isTimeToDelete(deleteWhen: string, nowMs: number): boolean {
  const hour = new Date(nowMs).getHours()
  return deleteWhen.split(';').some(text => Number(text) === hour)
}
