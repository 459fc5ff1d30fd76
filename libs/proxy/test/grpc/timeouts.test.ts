import { timeoutMsOf } from '../../src/grpc/timeouts'

test.each([
  ['0n', 0],
  ['3S', 3000],
  ['3000m', 3000],
  ['20000000u', 20_000],
  ['596H', 2_145_600_000],
  ['525600H', 1_892_160_000_000],
])('a timeout of %s is %d ms', (timeout, ms) => {
  expect(timeoutMsOf(timeout)).toBeCloseTo(ms)
})

test.each([null, '', 'soon', '3', '-3S', '123456789S', '3D'])('%j is no timeout', text => {
  expect(timeoutMsOf(text)).toBeNull()
})
