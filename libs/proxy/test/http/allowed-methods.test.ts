import { useServedApps } from './served-app'

const serve = useServedApps()

test.each([
  ['PATCH', '/v1/topics/t', 405, 'DELETE, GET, HEAD, PUT'],
  ['GET', '/v1/topics/t/messages?x=y', 405, 'POST'],
  ['GET', '/v1/groups/g/offsets:reset', 405, 'POST'],
  ['POST', '/openapi.json', 405, 'GET, HEAD'],
  ['OPTIONS', '/v1/topics/t/transactions/checks', 405, 'GET, HEAD'],
  ['QUERY', '/v1/topics', 405, 'GET, HEAD'],
  ['QUERY', '/v1/nothing', 404, null],
  ['GET', '/v1/groups/g/offsetsXreset', 404, null],
  ['GET', '/v1/nothing', 404, null],
])('%s %s is answered %d, and by whom it is served', async (method, path, status, allow) => {
  const { url } = await serve({})
  const response = await fetch(url + path, { method })
  expect(response.status).toBe(status)
  expect(response.headers.get('allow')).toBe(allow)
  expect(await response.json()).toMatchObject({ status })
})

test('answers are described by their content types: failures are problems, messages may be events', async () => {
  const { url } = await serve({})
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, { post: { responses: Record<string, { content: object }> } }>
  }
  const { responses } = paths['/v1/groups/{group}/topics/{topic}/receive']!.post
  expect(Object.keys(responses['200']!.content)).toEqual(
    expect.arrayContaining(['application/json', 'application/cloudevents-batch+json']),
  )
  expect(Object.keys(responses['4XX']!.content)).toEqual(['application/problem+json'])
  expect(Object.keys(responses['5XX']!.content)).toEqual(['application/problem+json'])
})

test('names of topics and groups are described by what they may be', async () => {
  const { url } = await serve({})
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, { post: { parameters: { name: string; schema: object }[] } }>
  }
  const { parameters } = paths['/v1/groups/{group}/topics/{topic}/receive']!.post
  expect(parameters.map(({ name, schema }) => [name, schema])).toEqual(
    expect.arrayContaining([
      ['topic', expect.objectContaining({ pattern: '^[%|a-zA-Z0-9_-]+$', maxLength: 127 })],
      ['group', expect.objectContaining({ pattern: '^[%|a-zA-Z0-9_-]+$', maxLength: 120 })],
    ]),
  )
})
