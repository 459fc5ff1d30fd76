import { DELETE_WHEN, isTimeToDelete } from '../../src/cleaning/delete-when'

const at = (hour: number): number => new Date(2026, 0, 31, hour, 59).getTime()

test('files are deleted during the hours that are named, by the clock on the wall', () => {
  const hoursOf = (deleteWhen: string): number[] =>
    Array.from({ length: 24 }, (_, hour) => hour).filter(hour => isTimeToDelete(deleteWhen, at(hour)))
  expect(hoursOf('04')).toEqual([4])
  expect(hoursOf('4;16;23')).toEqual([4, 16, 23])
  expect(hoursOf('00')).toEqual([0])
})

test('only hours of the day are accepted', () => {
  const texts = ['04', '4', '00;23', '04;16', '24', '', '04;', '4-6', '04,16', '004']
  expect(texts.filter(text => DELETE_WHEN.test(text))).toEqual(['04', '4', '00;23', '04;16'])
})
