import { useServedApps } from './served-app'

const serve = useServedApps()

test('Prometheus reads what there is to count, by routes and never by paths', async () => {
  const { url } = await serve({}, { proxyName: 'here', proxyMode: 'LOCAL' })
  await fetch(`${url}/healthz`)
  await fetch(`${url}/no/such/path`)
  await fetch(`${url}/another`)
  const answer = await fetch(`${url}/metrics`)
  expect(answer.headers.get('content-type')).toMatch('text/plain')
  const text = await answer.text()
  const labels = 'node_type="proxy",cluster="DefaultCluster",node_id="here",proxy_mode="local"'
  expect(text).toContain(`rocketmq_proxy_up{${labels}} 1`)
  expect(text).toContain(`rocketmq_proxy_http_requests_in_progress{${labels}} 1`)
  expect(text).toContain(`rocketmq_proxy_http_streams{${labels}} 0`)
  expect(text).toMatch(/rocketmq_proxy_http_requests_total\{.*route="GET \/healthz",status="2xx"\} 1/)
  expect(text).toMatch(/rocketmq_proxy_http_requests_total\{.*route="none",status="4xx"\} 2/)
})

test('it says which version it is', async () => {
  const { url } = await serve({})
  expect(await (await fetch(`${url}/version`)).json()).toEqual({ rocketmq: '5.5.0' })
})
