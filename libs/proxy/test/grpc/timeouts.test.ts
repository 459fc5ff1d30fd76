import { clampedTimeout } from '../../src/grpc/timeouts'

test.each(['0n', '3S', '3000m', '20000000u', '596H', '2147483S'])('a timeout of %s is left alone', timeout => {
  expect(clampedTimeout(timeout)).toBe(timeout)
})

test.each(['525600H', '99999999M', '2147484S', '99999999S'])(
  'a timeout of %s is cut to what a timer holds',
  timeout => {
    expect(clampedTimeout(timeout)).toBe('2147483S')
  },
)

test.each(['', 'soon', '3', '-3S', '123456789S', '3D'])(
  '"%s", which is no timeout, is left to gRPC to refuse',
  text => {
    expect(clampedTimeout(text)).toBe(text)
  },
)
