/** The parts of an OpenAPI document that the page shows. */
interface Description {
  readonly info?: { readonly title?: string; readonly description?: string }
  readonly paths?: object
}

interface Operation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly requestBody?: object
  readonly responses?: Readonly<Record<string, object>>
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}' +
  'code,pre{font:14px/1.4 ui-monospace,monospace}pre{background:#f4f4f4;padding:.7rem;overflow:auto}' +
  'summary{cursor:pointer;padding:.3rem 0}b{display:inline-block;min-width:4.5rem}'

/** One page for people, without a script: each route with what it takes and what it answers. */
export function documentationPage({ info, paths = {} }: Description): string {
  const operations = Object.entries(paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags ?? []))]
  const sections = tags.map(tag => {
    const ofTag = operations.filter(({ operation }) => operation.tags?.includes(tag))
    return `<h2>${escaped(tag)}</h2>${ofTag.map(section).join('')}`
  })
  const title = escaped(info?.title ?? '')
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head>` +
    `<body><h1>${title}</h1><p>${escaped(info?.description ?? '')}</p>` +
    `<p>For machines: <a href="/openapi.json">openapi.json</a></p>${sections.join('')}</body></html>`
  )
}

interface OperationAt {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

function section({ path, method, operation }: OperationAt): string {
  const { summary = '', description = '', requestBody, responses = {} } = operation
  const parts = [
    ...(requestBody === undefined ? [] : [['takes', requestBody] as const]),
    ...Object.entries(responses).map(([status, response]) => [`answers ${status}`, response] as const),
  ]
  const blocks = parts.map(([name, part]) => {
    return `<p>${escaped(name)}</p><pre>${escaped(JSON.stringify(part, null, 2))}</pre>`
  })
  return (
    `<details><summary><b>${escaped(method.toUpperCase())}</b> <code>${escaped(path)}</code> ${escaped(summary)}</summary>` +
    `<p>${escaped(description)}</p>${blocks.join('')}</details>`
  )
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, char => `&#${char.charCodeAt(0)};`)
}
